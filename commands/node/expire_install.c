/*
 * A bootstrap token was not used in time.
 *
 *   automation ──expire_install──► [here] ──install_expired──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/install.h"
#include "commands/node/node.h"
#include "commands/timers.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct install_expired expired = {timer->id};
    struct install_view install;

    (void)error;
    if (model_has_timer(decision->model, timer) &&
        model_load(decision->model, &install_aggregate, timer->id, decision->arena, &install))
        decision_emit(decision, &install_expired_event, timer->id, install.workspace_id, &expired);
    return STATUS_OK;
}

const struct command expire_install_command = {
    .name = "expire_install",
    .doc = "Ends an install whose bootstrap token was not used in time.",
    .input = &timer_shape,
    .decide = decide,
};
