/*
 * An account for programs, which outlives whoever made it: active from the start, without address, password or second
 * factor, so that nobody can sign in. Admins make tokens for it.
 *
 *   api ──create_service_account──► [here] ──service_account_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/api_token_commands.h"
#include "commands/identity/identity.h"

static const struct field create_service_account_fields[] = {
    {TEXT(create_service_account, name), .tag = 1, .flags = REQUIRED | ONE_LINE | TRIM, .min = 2,
     .max = 120, .doc = "Name to show."},
};
static const struct shape create_service_account_shape =
    SHAPE(create_service_account, "Account for programs that is to be created.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_service_account *order = input;
    const struct service_account_created created = {decision_id(decision), order->name};

    (void)error;
    decision_emit(decision, &service_account_created_event, created.user_id, UUID_NONE, &created);
    return STATUS_OK;
}

const struct command create_service_account_command = {
    .name = "create_service_account",
    .doc = "Creates an account for programs, which nobody signs in to.",
    .input = &create_service_account_shape,
    .decide = decide,
};
