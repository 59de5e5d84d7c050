/*
 * Somebody replaced the password that they forgot. The token works once.
 *
 *   api ──reset_password──► [here] ──password_reset──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/mailed_token.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field reset_password_fields[] = {
    {BYTES(reset_password, token_digest), .tag = 1, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "Digest of the mailed token."},
    {PERSONAL(reset_password, password), .tag = 2, .flags = REQUIRED | SECRET, .max = 256,
     .doc = "Argon2id hash of the new password."},
};
static const struct shape reset_password_shape =
    SHAPE(reset_password, "Mailed token and new password.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct reset_password *order = input;
    struct password_reset reset = {.password = order->password};
    enum status status =
        mailed_token_must_work(decision, MAILED_RESET, order->token_digest, &reset.reset_id, error);

    if (status == STATUS_OK)
        status = mailed_token_owner(decision, MAILED_RESET, reset.reset_id, &reset.user_id, error);
    if (status == STATUS_OK)
        session_emit_ending(decision, &password_reset_event, reset.user_id, &reset);
    return status;
}

const struct command reset_password_command = {
    .name = "reset_password",
    .doc = "Replaces a forgotten password.",
    .input = &reset_password_shape,
    .decide = decide,
};
