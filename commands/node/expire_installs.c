/*
 * Installs whose bootstrap token was not used in time.
 *
 *   automation ──expire_installs──► [here] ──install_expired*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/kinds.h"
#include "commands/node/install.h"
#include "commands/node/node.h"

/* Timers of other kinds are passed over, but not without end. */
enum { MOST_TIMERS = 100000 };

static const struct field expire_installs_fields[] = {
    {WHOLE(expire_installs, limit), .tag = 1, .flags = REQUIRED, .doc = "How many at most."},
};
static const struct shape expire_installs_shape =
    SHAPE(expire_installs, "End installs that were not used in time.");

static void expire(struct decision *decision, struct uuid install_id)
{
    struct install_expired expired = {install_id};
    struct install_view install;

    if (model_load(decision->model, &install_aggregate, install_id, decision->arena, &install))
        emit(decision, &install_expired_event, install_id, install.workspace_id, &expired);
}

static enum status decide(struct decision *decision, const void *input, struct fault *fault)
{
    const struct expire_installs *order = input;
    struct timer cursor = {0};
    struct timer timer;
    int64_t left = order->limit;

    (void)fault;
    for (int walked = 0; walked < MOST_TIMERS && left > 0; walked++) {
        if (!model_next_due(decision->model, decision->now, &cursor, &timer))
            break;
        if (timer.kind == TIMER_INSTALL) {
            expire(decision, timer.id);
            left--;
        }
    }
    return STATUS_OK;
}

const struct command expire_installs_command = {
    .name = "expire_installs",
    .doc = "End installs that were not used in time.",
    .input = &expire_installs_shape,
    .decide = decide,
};
