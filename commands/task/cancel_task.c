/*
 * Stop a task: one that has not run never will, one that runs is stopped by its agent, one that has
 * ended stays as it is. Who asks first gives the reason.
 *
 *   api ──cancel_task──► [here] ──task_cancelled | task_cancel_requested──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field cancel_task_fields[] = {
    {UUID(cancel_task, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(cancel_task, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the task."},
    {TEXT(cancel_task, reason), .tag = 3, .flags = MANY_LINES | TRIM, .max = 500,
     .doc = "Reason that was given."},
};
static const struct shape cancel_task_shape = SHAPE(cancel_task, "Task to cancel.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct cancel_task *order = input;
    struct text reason = order->reason.size > 0 ? order->reason : (struct text){0};
    struct task_state_view task;
    enum status status = task_find(decision, order->id, &task, error);

    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK && uuid_is_present(order->workspace_id) &&
         !uuid_equal(order->workspace_id, task.workspace_id)))
        return decision_refuse(error, &refused_task_missing, decision_show(decision, order->id));
    if (status == STATUS_OK)
        status = workspace_must_be_writable(decision, task.workspace_id, error);
    if (status == STATUS_OK)
        task_emit_stop(decision, order->id, reason);
    return status;
}

static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    (void)arena;
    task_load(decision, ((const struct cancel_task *)input)->id, answer);
}

const struct command cancel_task_command = {
    .name = "cancel_task",
    .doc = "Cancels a task.",
    .input = &cancel_task_shape,
    .decide = decide,
    .answer = &task_state_view_shape,
    .answer_from = answer_from,
};
