/*
 * A token for a program ends: by its owner, by an admin, or because its time is over.
 *
 *   api, automation ──end_api_token, expire_api_token──► [here] ──api_tokens_ended──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"
#include "commands/identity/api_token_commands.h"

static const struct field end_api_token_fields[] = {
    {UUID(end_api_token, user_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Id of the owner; absent: the caller."},
    {UUID(end_api_token, token_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the token."},
};
static const struct shape end_api_token_shape =
    SHAPE(end_api_token, "Token for a program that is to end.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct end_api_token *order = input;
    struct uuid user_id = user_or_caller(decision, order->user_id);
    bool is_own = uuid_equal(user_id, decision->actor.id);
    struct api_token token;

    if (!api_token_load(decision, order->token_id, &token) || !uuid_equal(token.user_id, user_id))
        return decision_refuse(
            error, &refused_token_missing, decision_show(decision, order->token_id));
    api_token_emit_ended(
        decision, user_id, (struct list){&order->token_id, 1},
        is_own ? TOKEN_ENDED : TOKEN_WITHDRAWN);
    return STATUS_OK;
}

static enum status decide_expiry(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct api_token token;

    (void)error;
    if (!model_has_timer(decision->model, timer) || !api_token_load(decision, timer->id, &token))
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    api_token_emit_ended(decision, token.user_id, (struct list){&timer->id, 1}, TOKEN_EXPIRED);
    return STATUS_OK;
}

const struct command end_api_token_command = {
    .name = "end_api_token",
    .doc = "Ends a token for a program.",
    .input = &end_api_token_shape,
    .decide = decide,
};

const struct command expire_api_token_command = {
    .name = "expire_api_token",
    .doc = "Ends a token for a program whose time is over.",
    .input = &timer_shape,
    .decide = decide_expiry,
};
