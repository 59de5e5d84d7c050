/*
 * Tokens of directories that send their people: those of programs (api_token.h), whose owner is a provider, and which open
 * /scim/v2 and nothing else.
 *
 *   api ──create_directory_token, end_directory_token──► [here] ──api_token_created, api_tokens_ended──► ledger
 *   api ──query_directory──► [here] ──► which provider's it is
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"
#include "commands/identity/directory_commands.h"
#include "commands/identity/provider.h"

static const struct field create_directory_token_fields[] = {
    {UUID(create_directory_token, provider_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the provider."},
    {UUID(create_directory_token, token_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the token."},
    {BYTES(create_directory_token, digest), .tag = 3, .flags = SERVER_SET | SECRET, .max = 32,
     .doc = "SHA-256 digest of the token."},
    {TEXT(create_directory_token, name), .tag = 4, .flags = REQUIRED | ONE_LINE | TRIM, .min = 1,
     .max = 120, .doc = "What it is for, as people call it."},
    {TIMESTAMP(create_directory_token, expires_at), .tag = 5,
     .doc = "Time until which it is good; without it as long as a token may be."},
};
static const struct shape create_directory_token_shape =
    SHAPE(create_directory_token, "Token for a provider's directory that is to be made.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_directory_token *order = input;
    const struct timestamp latest =
        timestamp_plus_us(decision->now, decision->policy->api_token_us);
    const struct api_token_created created = {
        .user_id = order->provider_id,
        .token_id = order->token_id,
        .digest = order->digest,
        .name = order->name,
        .scope = {TOKEN_DIRECTORY},
        .expires_at = timestamp_is_present(order->expires_at) ? order->expires_at : latest,
    };
    struct provider provider;
    enum status status = provider_must_exist(decision, order->provider_id, &provider, error);

    if (status == STATUS_OK)
        status = api_token_must_end_in_time(decision, created.expires_at, error);
    if (status == STATUS_OK)
        status = api_token_must_have_room(decision, order->provider_id, error);
    if (status != STATUS_OK)
        return status;
    decision_emit(decision, &api_token_created_event, order->provider_id, UUID_NONE, &created);
    return STATUS_OK;
}

const struct command create_directory_token_command = {
    .name = "create_directory_token",
    .doc = "Makes a token for a provider's directory.",
    .input = &create_directory_token_shape,
    .decide = decide,
};

static const struct field end_directory_token_fields[] = {
    {UUID(end_directory_token, provider_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the provider."},
    {UUID(end_directory_token, token_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the token."},
};
static const struct shape end_directory_token_shape =
    SHAPE(end_directory_token, "Token of a provider's directory that is to end.");

static enum status decide_end(struct decision *decision, const void *input, struct error *error)
{
    const struct end_directory_token *order = input;
    struct api_token token;
    struct provider provider;
    enum status status = provider_must_exist(decision, order->provider_id, &provider, error);

    if (status != STATUS_OK)
        return status;
    if (!api_token_load(decision, order->token_id, &token) ||
        !uuid_equal(token.user_id, order->provider_id))
        return decision_refuse(
            error, &refused_token_missing, decision_show(decision, order->token_id));
    api_token_emit_ended(
        decision, order->provider_id, (struct list){&order->token_id, 1}, TOKEN_WITHDRAWN);
    return STATUS_OK;
}

const struct command end_directory_token_command = {
    .name = "end_directory_token",
    .doc = "Ends a token of a provider's directory.",
    .input = &end_directory_token_shape,
    .decide = decide_end,
};

static const struct field query_directory_fields[] = {
    {BYTES(query_directory, token_digest), .tag = 1, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "SHA-256 digest of the token."},
};
static const struct shape query_directory_shape =
    SHAPE(query_directory, "Token of a directory to look up.");

static const struct field known_directory_fields[] = {
    {UUID(known_directory, provider_id), .tag = 1,
     .doc = "Id of the provider; absent: no such token opens anything."},
    {UUID(known_directory, token_id), .tag = 2, .doc = "Id of the token."},
    {TIMESTAMP(known_directory, used_at), .tag = 3, .doc = "Time of its last use, to the hour."},
};
static const struct shape known_directory_shape =
    SHAPE(known_directory, "Directory that a token is of.");

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct query_directory *question = input;
    struct known_directory *out = answer;
    struct api_token token;
    struct provider provider;
    struct uuid id;

    (void)arena;
    if (!model_holder(decision->model, CLAIM_API_TOKEN, question->token_digest, &id) ||
        !api_token_load(decision, id, &token) || token.scope.is != TOKEN_DIRECTORY ||
        decision->now.us >= token.expires_at.us ||
        !provider_load(decision, token.user_id, &provider) ||
        !opt_bool_is_true(provider.definition.enabled))
        return;
    *out = (struct known_directory){token.user_id, id, token.used_at};
}

const struct command query_directory_command = {
    .name = "query_directory",
    .doc = "Looks up which directory a token is of.",
    .input = &query_directory_shape,
    .answer = &known_directory_shape,
    .answer_from = answer_from,
    .is_question = true,
};
