/*
 * What other areas ask about tasks, and have done to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_lookup.h"

#include "commands/task/task.h"

uint64_t task_count_waiting(const struct decision *decision, struct uuid node_id, uint64_t most)
{
    struct uuid task_id = UUID_NONE;
    uint64_t count = 0;

    while (count <= most &&
           model_next_link(decision->model, LINK_NODE_QUEUE, node_id, task_id, &task_id, NULL))
        count++;
    return count;
}

void task_emit_cancels(struct decision *decision, struct uuid node_id, struct text reason)
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
