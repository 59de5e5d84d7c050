/*
 * The password is enough again. Where there is no second factor that holds already.
 *
 *   api ──disable_factor──► [here] ──factor_disabled──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/factor_commands.h"
#include "commands/identity/identity.h"
#include "commands/identity/identity_commands.h"
#include "commands/identity/session.h"
#include "eventlog/events/identity_events.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_factor *order = input;
    struct factor_disabled disabled = {.user_id = order->user_id, .step = order->step};
    struct user user;
    enum status status;

    if (user_load(decision, order->user_id, &user) && !user_has_code(&user))
        return STATUS_OK;
    status = identity_factor_must_be_confirmed(decision, order, error);
    if (status == STATUS_OK && user.security_keys > 0)
        disabled.leaves_keys = OPT_TRUE;
    else if (status == STATUS_OK)
        status = identity_factor_must_not_be_needed(decision, order->user_id, error);
    if (status == STATUS_OK)
        session_emit_ending(decision, &factor_disabled_event, order->user_id, &disabled);
    return status;
}

const struct command disable_factor_command = {
    .name = "disable_factor",
    .doc = "Has a person's sign-ins take no second factor any more; all sessions end.",
    .input = &change_factor_shape,
    .decide = decide,
};
