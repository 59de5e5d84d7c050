/*
 * Other recovery codes in the place of all that somebody has.
 *
 *   api ──replace_recovery_codes──► [here] ──recovery_codes_replaced──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

/* By a code; or, of somebody who has none, by a session that one of their security keys has just opened. */
static enum status must_be_confirmed(
    const struct decision *decision,
    const struct change_factor *order,
    const struct user *user,
    struct error *error)
{
    if (order->step != INT64_ABSENT || !user_has_factor(user) || user_has_code(user) ||
        user->session_version != order->session_version)
        return identity_factor_must_be_confirmed(decision, order, error);
    return session_must_be_by_factor(decision, order->session_id, order->user_id, false, error);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_factor *order = input;
    struct recovery_codes_replaced replaced = {order->user_id, order->step, order->recovery};
    struct user user;
    enum status status;

    if (!user_load(decision, order->user_id, &user))
        return decision_refuse(error, &refused_sign_in_void);
    status = must_be_confirmed(decision, order, &user, error);
    if (order->step == INT64_ABSENT)
        replaced.step = user.change_step;
    if (status == STATUS_OK)
        session_emit_ending(decision, &recovery_codes_replaced_event, order->user_id, &replaced);
    return status;
}

const struct command replace_recovery_codes_command = {
    .name = "replace_recovery_codes",
    .doc = "Replaces a person's recovery codes; all sessions end.",
    .input = &change_factor_shape,
    .decide = decide,
};
