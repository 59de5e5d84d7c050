/*
 * A session was not used for as long as it may be, or is as old as it may become.
 *
 *   automation ──expire_session──► [here] ──sessions_ended──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity.h"
#include "commands/identity/session.h"
#include "commands/identity/session_commands.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct session session;

    (void)error;
    if (!model_has_timer(decision->model, timer) || !session_load(decision, timer->id, &session))
        return STATUS_OK;
    decision_caused_by_timer(decision, timer);
    session_emit_ended(decision, session.user_id, (struct list){&timer->id, 1}, SESSION_EXPIRED);
    return STATUS_OK;
}

const struct command expire_session_command = {
    .name = "expire_session",
    .doc = "Ends a session whose time is over.",
    .input = &timer_shape,
    .decide = decide,
};
