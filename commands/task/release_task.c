/*
 * Give a claimed task back: the connection that asked for it was gone when its answer was due.
 *
 *   loop ──release_task──► [here] ──task_requeued──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

static const struct field release_task_fields[] = {
    {UUID(release_task, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {UUID(release_task, claim_token), .tag = 2, .flags = REQUIRED, .doc = "Id of the claim."},
};
static const struct shape release_task_shape = SHAPE(release_task, "Claim to release.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct release_task *order = input;
    struct task_requeued requeued = {.task_id = order->task_id, .reason = {REQUEUE_RELEASED}};
    struct task_state_view task;

    (void)error;
    if (!task_load(decision, order->task_id, &task) || task.status.is != TASK_ACCEPTED ||
        !uuid_equal(task.claim_token, order->claim_token))
        return STATUS_OK;
    requeued.node_id = task.node_id;
    task_follows(decision, &task);
    decision_emit(decision, &task_requeued_event, task.id, task.workspace_id, &requeued);
    return STATUS_OK;
}

const struct command release_task_command = {
    .name = "release_task",
    .doc = "Puts a claimed task that did not reach its agent back into its queue.",
    .input = &release_task_shape,
    .decide = decide,
};
