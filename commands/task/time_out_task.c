/*
 * What waited or ran for too long has failed.
 *
 *   automation ──time_out_task──► [here] ──task_timed_out──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/timers.h"

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct timer *timer = input;
    struct task_timed_out timed_out = {.task_id = timer->id};
    struct task_state_view task;

    (void)error;
    if (!model_has_timer(decision->model, timer) || !task_load(decision, timer->id, &task))
        return STATUS_OK;
    timed_out.previous_status = task.status;
    timed_out.started_at = task_start_by_our_clock(&task);
    decision_emit(decision, &task_timed_out_event, task.id, task.workspace_id, &timed_out);
    return STATUS_OK;
}

const struct command time_out_task_command = {
    .name = "time_out_task",
    .doc = "Ends a task that waited or ran for too long.",
    .input = &timer_shape,
    .decide = decide,
};
