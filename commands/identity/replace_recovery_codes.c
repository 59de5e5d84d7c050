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

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_factor *order = input;
    const struct recovery_codes_replaced replaced = {order->user_id, order->step, order->recovery};
    enum status status = identity_factor_must_be_confirmed(decision, order, error);

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
