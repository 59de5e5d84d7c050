/*
 * Somebody forgot their password: mail them a token. Whether there is such an account is not told;
 * an account is mailed a few times an hour at most, so that nobody floods a mailbox.
 *
 *   api ──request_password_reset──► [here] ──password_reset_requested──► ledger ──► mail
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/mailed_token.h"
#include "eventlog/events/identity_events.h"

enum { MOST_RESETS = 5 }; /* in the life of one */

static const struct field request_password_reset_fields[] = {
    {PERSONAL(request_password_reset, email), .tag = 1, .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .digest = DIGEST_EMAIL, .max = 254, .doc = "Email address of the account."},
    {UUID(request_password_reset, reset_id), .tag = 2, .flags = SERVER_SET,
     .doc = "Id of the reset request."},
    {BYTES(request_password_reset, token_digest), .tag = 3, .flags = SERVER_SET | SECRET, .max = 32,
     .doc = "Digest of the token that is mailed."},
};
static const struct shape request_password_reset_shape =
    SHAPE(request_password_reset, "Account whose password was forgotten.");

static bool may_ask(const struct decision *decision, const struct user *user)
{
    bool is_counted = timestamp_is_present(user->resets_since) &&
                      decision->now.us < user->resets_since.us + reset_life_us;

    return opt_bool_is_true(user->is_active) && opt_bool_is_true(user->is_accepted) &&
           bytes_are_present(user->password.box) && (!is_counted || user->resets < MOST_RESETS);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct request_password_reset *order = input;
    struct password_reset_requested requested = {
        .user_id = user_of_email(decision, order->email.digest),
        .reset_id = order->reset_id,
        .token_digest = order->token_digest,
        .expires_at = timestamp_plus_us(decision->now, reset_life_us),
    };
    struct user user;

    (void)error;
    if (user_load(decision, requested.user_id, &user) && may_ask(decision, &user))
        decision_emit(
            decision, &password_reset_requested_event, requested.user_id, UUID_NONE, &requested);
    return STATUS_OK;
}

const struct command request_password_reset_command = {
    .name = "request_password_reset",
    .doc = "Asks for a token to replace a forgotten password.",
    .input = &request_password_reset_shape,
    .decide = decide,
};
