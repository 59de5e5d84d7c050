/*
 * Tokens for programs, as they are made and listed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/token_hooks.h"

#include "api/api_token.h"
#include "api/bearer_token.h"
#include "api/identity/user_resources.h"
#include "commands/identity/api_token_commands.h"
#include "eventlog/events/identity_events.h"
#include "migrations/identity/api_tokens.h"

struct made_token_view {
    struct uuid id;
    struct text token;
    struct text name;
    struct enum_value scope;
    struct timestamp expires_at;
};
static const struct field made_token_view_fields[] = {
    {UUID(made_token_view, id), .flags = REQUIRED, .doc = "Id of the token."},
    {TEXT(made_token_view, token), .flags = REQUIRED,
     .doc = "The token, to be sent as a bearer token; it is shown only now."},
    {TEXT(made_token_view, name), .flags = REQUIRED, .doc = "What it is for."},
    {ENUM(made_token_view, scope, token_scope_names), .flags = REQUIRED,
     .doc = "What it opens of what its owner may."},
    {TIMESTAMP(made_token_view, expires_at), .flags = REQUIRED,
     .doc = "Time until which it is good."},
};
const struct shape made_token_view_shape =
    SHAPE(made_token_view, "A token for a program, just made.");

static bool have_form(struct call *call, struct text networks)
{
    struct error error;

    if (!text_is_present(networks) || api_token_networks_have_form(networks))
        return true;
    error_set_code(
        &error, STATUS_INVALID, "validation_failed", "%s",
        "networks must be addresses and networks, separated by commas: 10.0.0.0/8, 192.0.2.7");
    error_field(&error, "networks");
    call_answer_error(call, &error);
    return false;
}

bool token_prepare_create(struct call *call, void *input)
{
    struct create_api_token *order = input;

    if (!have_form(call, order->networks))
        return false;
    return bearer_token_give(call, &api_token_kind, order, &order->token_id, &order->digest);
}

void token_answer_created(struct call *call, const void *answer)
{
    const struct given_token *given = call->handler_state;
    const struct create_api_token *order = given->order;
    struct made_token_view view = {
        .id = order->token_id,
        .token = given->token,
        .name = order->name,
        .scope = order->scope,
        .expires_at = order->expires_at,
    };

    (void)answer;
    call_answer_shape(call, call->route->status, &made_token_view_shape, &view);
}

#define TOKENS                                                                                     \
    .table = &api_tokens_table, .scope_column = "user_id", .id_parameter = "token_id",             \
    .missing = "API token %s was not found", .order = {{"created_at", true}, {"id", true}},        \
    .limit = {.usual = 100, .most = 100}

const struct resource own_token_resource = {
    .name = "own_api_tokens", TOKENS, .scope = SCOPE_CALLER};

const struct resource user_token_resource = {
    .name = "user_api_tokens", TOKENS, .scope = SCOPE_PARENT, .parent = &user_resource};
