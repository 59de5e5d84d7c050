/*
 * An operator at the machine sets somebody's password, because nobody can sign in to do it. On
 * record like any other change of a password: all sessions end.
 *
 *   api/control ──set_password──► [here] ──password_changed, maybe factor_disabled──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/security_key.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field set_password_fields[] = {
    {PERSONAL(set_password, email), .tag = 1, .flags = REQUIRED | TRIM | LOWER | EMAIL,
     .digest = DIGEST_EMAIL, .max = 254, .doc = "Email address of the account."},
    {PERSONAL(set_password, password), .tag = 2, .flags = REQUIRED | SECRET, .max = 256,
     .doc = "Argon2id hash of the new password."},
    {BOOL(set_password, disables_factor), .tag = 3,
     .doc = "Whether no second factor is asked for any more."},
};
static const struct shape set_password_shape =
    SHAPE(set_password, "New password of an account, by an operator at the machine.");

/* Keys before codes, so that the last event says that none is left. */
static void take_factors(struct decision *decision, struct uuid user_id, const struct user *user)
{
    security_key_emit_all_removed(decision, user_id, user);
    if (user_has_code(user))
        decision_emit(
            decision, &factor_disabled_event, user_id, UUID_NONE,
            &(struct factor_disabled){.user_id = user_id, .step = INT64_ABSENT});
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct set_password *order = input;
    struct password_changed changed = {
        .user_id = user_of_email(decision, order->email.digest), .password = order->password};
    struct user user;

    if (!uuid_is_present(changed.user_id) || !user_load(decision, changed.user_id, &user))
        return decision_refuse(error, &refused_account_missing, "of that address");
    if (!opt_bool_is_true(user.is_accepted))
        return decision_refuse(error, &refused_password_pending);
    session_emit_ending(decision, &password_changed_event, changed.user_id, &changed);
    if (opt_bool_is_true(order->disables_factor))
        take_factors(decision, changed.user_id, &user);
    return STATUS_OK;
}

const struct command set_password_command = {
    .name = "set_password",
    .doc = "Sets an account's password from the machine itself; all sessions end.",
    .input = &set_password_shape,
    .decide = decide,
};
