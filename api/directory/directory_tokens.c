/*
 * Tokens of directories, as platform admins make and list them. A token's text is shown once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/directory/directory_tokens.h"

#include "api/bearer_token.h"
#include "api/call.h"
#include "commands/identity/directory_commands.h"

struct made_directory_token_view {
    struct uuid id;
    struct text token;
    struct text name;
};
static const struct field made_directory_token_view_fields[] = {
    {UUID(made_directory_token_view, id), .flags = REQUIRED, .doc = "Id of the token."},
    {TEXT(made_directory_token_view, token), .flags = REQUIRED,
     .doc = "The token, to be sent as a bearer token; it is shown only now."},
    {TEXT(made_directory_token_view, name), .flags = REQUIRED, .doc = "What it is for."},
};
const struct shape made_directory_token_view_shape =
    SHAPE(made_directory_token_view, "A token of a directory, just made.");

bool directory_token_prepare(struct call *call, void *input)
{
    struct create_directory_token *order = input;

    return bearer_token_give(call, &directory_kind, order, &order->token_id, &order->digest);
}

void directory_token_answer(struct call *call, const void *answer)
{
    const struct given_token *given = call->handler_state;
    const struct create_directory_token *order = given->order;
    struct made_directory_token_view view = {
        .id = order->token_id, .token = given->token, .name = order->name};

    (void)answer;
    call_answer_shape(call, call->route->status, &made_directory_token_view_shape, &view);
}

struct directory_tokens_filter {
    struct uuid provider_id;
};
static const struct field directory_tokens_filter_fields[] = {
    {UUID(directory_tokens_filter, provider_id), .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the provider."},
};
static const struct shape directory_tokens_filter_shape =
    SHAPE(directory_tokens_filter, "Provider whose tokens are listed.");

struct directory_token_view {
    struct uuid id;
    struct text name;
    struct timestamp created_at;
    struct timestamp expires_at;
    struct timestamp last_used_at;
};
static const struct field directory_token_view_fields[] = {
    {UUID(directory_token_view, id), .flags = REQUIRED, .doc = "Id of the token."},
    {TEXT(directory_token_view, name), .flags = REQUIRED, .doc = "What it is for."},
    {TIMESTAMP(directory_token_view, created_at), .flags = REQUIRED, .doc = "Time it was made."},
    {TIMESTAMP(directory_token_view, expires_at), .flags = REQUIRED,
     .doc = "Time until which it is good."},
    {TIMESTAMP(directory_token_view, last_used_at),
     .doc = "Time of its last use, to the hour; null: never."},
};
static const struct shape directory_token_view_shape =
    SHAPE(directory_token_view, "A token of a directory that is good.");

const struct query directory_tokens_query = {
    .input = &directory_tokens_filter_shape,
    .scope = SCOPE_PLATFORM,
    .sql =
        {.name = "directory_tokens",
         .text = "select id, name, created_at, expires_at, last_used_at\n"
                 "from api_tokens\n"
                 "where user_id = :provider_id and scope = 'directory'\n"
                 "order by created_at, id\n"
                 "limit 100",
         .params = &directory_tokens_filter_shape,
         .row = &directory_token_view_shape},
};
