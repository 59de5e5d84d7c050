/*
 * Somebody changes their own password; the old one was right (checked before the queue). Asked
 * again here, because meanwhile the sessions may have ended.
 *
 *   api ──change_password──► [here] ──password_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field change_password_fields[] = {
    {UUID(change_password, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(change_password, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version at the time the old password was checked."},
    {PERSONAL(change_password, password), .tag = 3, .flags = REQUIRED | SECRET, .max = 256,
     .doc = "Argon2id hash of the new password."},
};
static const struct shape change_password_shape =
    SHAPE(change_password, "New password of the caller.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_password *order = input;
    struct password_changed changed = {order->user_id, order->password};
    struct user user;

    if (!user_load(decision, order->user_id, &user))
        return decision_refuse(
            error, &refused_account_missing, decision_show(decision, order->user_id));
    if (!opt_bool_is_true(user.is_accepted))
        return decision_refuse(error, &refused_password_pending);
    if (user.session_version != order->session_version)
        return decision_refuse(error, &refused_password_wrong);
    session_emit_ending(decision, &password_changed_event, order->user_id, &changed);
    return STATUS_OK;
}

const struct command change_password_command = {
    .name = "change_password",
    .doc = "Changes the caller's password; all sessions end.",
    .input = &change_password_shape,
    .decide = decide,
};
