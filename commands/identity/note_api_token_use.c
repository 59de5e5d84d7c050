/*
 * A token for a program was used. That is on record once in an hour: enough to tell which tokens nothing uses any more,
 * and no write for each request.
 *
 *   api ──note_api_token_use──► [here] ──api_token_used──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token.h"
#include "commands/identity/api_token_commands.h"

static const struct field note_api_token_use_fields[] = {
    {UUID(note_api_token_use, token_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the token."},
};
static const struct shape note_api_token_use_shape =
    SHAPE(note_api_token_use, "Token for a program that was used.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct note_api_token_use *order = input;
    struct api_token_used used = {.token_id = order->token_id};
    struct api_token token;

    (void)error;
    if (!api_token_load(decision, order->token_id, &token) ||
        (timestamp_is_present(token.used_at) &&
         decision->now.us < token.used_at.us + api_token_note_us))
        return STATUS_OK;
    used.user_id = token.user_id;
    decision_emit(decision, &api_token_used_event, token.user_id, UUID_NONE, &used);
    return STATUS_OK;
}

const int64_t api_token_note_us = INT64_C(3600) * US_PER_S;

const struct command note_api_token_use_command = {
    .name = "note_api_token_use",
    .doc = "Records that a token for a program was used.",
    .input = &note_api_token_use_shape,
    .decide = decide,
    .may_go_unrecorded = true,
    .may_come_to_nothing = true,
};
