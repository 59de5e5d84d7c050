/*
 * What other areas ask about tasks, and have done to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_lookup.h"

#include "commands/task/task.h"

uint64_t task_count_open(const struct decision *decision, struct uuid node_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_NODE_QUEUE, node_id, most) +
           model_count_links(decision->model, LINK_NODE_RUNNING, node_id, most);
}

int64_t task_status_of(const struct decision *decision, struct uuid task_id)
{
    struct task_state_view task;

    return task_load(decision, task_id, &task) ? task.status.is : 0;
}

void task_emit_stop(struct decision *decision, struct uuid task_id, struct text reason)
{
    const struct task_cancel_requested requested = {task_id, reason};
    const struct task_cancelled cancelled = {task_id, reason};
    struct task_state_view task;

    if (!task_load(decision, task_id, &task) || task_has_ended(&task) ||
        timestamp_is_present(task.cancel_requested_at))
        return;
    if (task.status.is == TASK_RUNNING)
        decision_emit(
            decision, &task_cancel_requested_event, task_id, task.workspace_id, &requested);
    else
        decision_emit(decision, &task_cancelled_event, task_id, task.workspace_id, &cancelled);
}

static void emit_cancels(struct decision *decision, struct uuid node_id, struct text reason)
{
    struct task_cancelled cancelled = {UUID_NONE, reason};
    struct task_state_view task;

    while (model_next_link(
        decision->model, LINK_NODE_QUEUE, node_id, cancelled.task_id, &cancelled.task_id, NULL)) {
        if (task_load(decision, cancelled.task_id, &task))
            decision_emit(
                decision, &task_cancelled_event, cancelled.task_id, task.workspace_id, &cancelled);
    }
}

void task_emit_abandoned(
    struct decision *decision, struct uuid node_id, enum task_abandonment abandonment)
{
    struct task_abandoned abandoned = {.reason = {abandonment}};
    struct task_state_view task;

    while (model_next_link(
        decision->model, LINK_NODE_RUNNING, node_id, abandoned.task_id, &abandoned.task_id, NULL)) {
        if (!task_load(decision, abandoned.task_id, &task))
            continue;
        abandoned.started_at = task_start_by_our_clock(&task);
        decision_emit(
            decision, &task_abandoned_event, abandoned.task_id, task.workspace_id, &abandoned);
    }
}

void task_emit_ends(
    struct decision *decision, struct uuid node_id, enum task_abandonment abandonment)
{
    struct text reason = abandonment == ABANDONED_WORKSPACE_DELETED
                             ? text_lit("The workspace was deleted.")
                             : text_lit("The node was removed.");

    emit_cancels(decision, node_id, reason);
    task_emit_abandoned(decision, node_id, abandonment);
}
