/*
 * Somebody's sign-ins take a key no more, as a code or a key of theirs confirms.
 *
 *   api ──remove_security_key──► [here] ──security_key_used, security_key_removed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/security_key.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static const struct field remove_security_key_fields[] = {
    {UUID(remove_security_key, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {INT64(remove_security_key, session_version), .tag = 2, .flags = REQUIRED,
     .doc = "Session version at the time the code or the key was checked."},
    {UUID(remove_security_key, key_id), .tag = 3, .flags = REQUIRED,
     .doc = "Id of the key that goes."},
    {INT64(remove_security_key, step), .tag = 4,
     .doc = "Step of the code; 0 where it was wrong; absent: a key confirms it."},
    {OBJECT(remove_security_key, shown, shown_key), .tag = 5, .doc = "What that key has signed."},
};
static const struct shape remove_security_key_shape =
    SHAPE(remove_security_key, "Removal of a security key, confirmed by a code or a key.");

static enum status must_be_confirmed(
    const struct decision *decision, const struct remove_security_key *order, struct error *error)
{
    const struct change_factor by_code = {
        .user_id = order->user_id,
        .session_version = order->session_version,
        .step = order->step,
    };

    if (order->shown != NULL)
        return security_key_must_be_shown(decision, order->user_id, order->shown, error);
    return identity_factor_must_be_confirmed(decision, &by_code, error);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct remove_security_key *order = input;
    struct security_key_removed removed = {order->user_id, order->key_id, OPT_FALSE};
    struct security_key key;
    struct user user;
    enum status status;

    if (!user_load(decision, order->user_id, &user) ||
        user.session_version != order->session_version)
        return decision_refuse(error, &refused_sign_in_void);
    if (!security_key_load(decision, order->user_id, order->key_id, &key))
        return decision_refuse(error, &refused_key_missing, decision_show(decision, order->key_id));
    removed.is_last = opt_bool_of(user.security_keys == 1 && !user_has_code(&user));
    status = must_be_confirmed(decision, order, error);
    if (status == STATUS_OK && opt_bool_is_true(removed.is_last))
        status = identity_factor_must_not_be_needed(decision, order->user_id, error);
    if (status != STATUS_OK)
        return status;
    if (order->shown != NULL)
        security_key_emit_used(decision, order->user_id, order->shown);
    session_emit_ending(decision, &security_key_removed_event, order->user_id, &removed);
    return STATUS_OK;
}

const struct command remove_security_key_command = {
    .name = "remove_security_key",
    .doc = "Has a person's sign-ins take a security key no more; all sessions end.",
    .input = &remove_security_key_shape,
    .decide = decide,
};
