/*
 * Installs whose bootstrap token was not used in time, and enrollments that waited for too long.
 *
 *   automation ──expire_installs──► [here] ──install_expired*, enrollment_revoked*──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/install.h"
#include "commands/node/node.h"

/* Timers of other kinds are passed over, but not without end. */
enum { MOST_TIMERS = 100000 };

static const struct field expire_installs_fields[] = {
    {INT64(expire_installs, limit), .tag = 1, .flags = REQUIRED, .doc = "How many at most."},
};
static const struct shape expire_installs_shape =
    SHAPE(expire_installs, "End installs and enrollments that were not used in time.");

static void expire(struct decision *decision, struct uuid install_id)
{
    struct install_expired expired = {install_id};
    struct install_view install;

    if (model_load(decision->model, &install_aggregate, install_id, decision->arena, &install))
        decision_emit(decision, &install_expired_event, install_id, install.workspace_id, &expired);
}

static void revoke(struct decision *decision, struct uuid enrollment_id)
{
    struct enrollment_revoked revoked = {enrollment_id, {ENROLLMENT_OVERDUE}};

    decision_emit(decision, &enrollment_revoked_event, enrollment_id, UUID_NONE, &revoked);
}

/* True when it emitted something. */
static bool end(struct decision *decision, const struct timer *timer)
{
    if (timer->kind == TIMER_INSTALL)
        expire(decision, timer->id);
    else if (timer->kind == TIMER_ENROLLMENT)
        revoke(decision, timer->id);
    else
        return false;
    return true;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct expire_installs *order = input;
    struct timer cursor = {0};
    struct timer timer;
    int64_t left = order->limit;

    (void)error;
    for (int walked = 0; walked < MOST_TIMERS && left > 0; walked++) {
        if (!model_next_due(decision->model, decision->now, &cursor, &timer))
            break;
        if (end(decision, &timer))
            left--;
    }
    return STATUS_OK;
}

const struct command expire_installs_command = {
    .name = "expire_installs",
    .doc = "End installs and enrollments that were not used in time.",
    .input = &expire_installs_shape,
    .decide = decide,
};
