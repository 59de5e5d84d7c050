/*
 * A claim that was not started in time: the task waits again.
 *
 *   automation ──expire_lease──► [here] ──task_requeued──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/timers.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct task_requeued requeued = {.task_id = timer->id, .reason = {REQUEUE_LEASE_EXPIRED}};
    struct task_state_view task;

    (void)error;
    if (!model_has_timer(decision->model, timer) || !task_load(decision, timer->id, &task))
        return STATUS_OK;
    requeued.node_id = task.node_id;
    decision_emit(decision, &task_requeued_event, task.id, task.workspace_id, &requeued);
    return STATUS_OK;
}

const struct command expire_lease_command = {
    .name = "expire_lease",
    .doc = "Puts a claimed task that was not started in time back into its queue.",
    .input = &timer_shape,
    .decide = decide,
};
