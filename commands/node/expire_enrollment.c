/*
 * An enrollment waited for its approval for too long.
 *
 *   automation ──expire_enrollment──► [here] ──enrollment_revoked──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/enrollment_commands.h"
#include "commands/node/node.h"
#include "commands/timers.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct enrollment_revoked revoked = {timer->id, {ENROLLMENT_OVERDUE}};

    (void)error;
    if (model_has_timer(decision->model, timer))
        decision_emit(decision, &enrollment_revoked_event, timer->id, UUID_NONE, &revoked);
    return STATUS_OK;
}

const struct command expire_enrollment_command = {
    .name = "expire_enrollment",
    .doc = "Ends an enrollment that was not approved in time.",
    .input = &timer_shape,
    .decide = decide,
};
