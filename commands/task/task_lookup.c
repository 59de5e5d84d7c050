/*
 * What other areas ask about tasks, and have done to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_lookup.h"

#include "commands/task/task.h"

struct known_result {
    struct text source;
    struct text detail;
};
static const struct field known_result_fields[] = {
    {TEXT(known_result, source), .tag = 1, .doc = "Who knows it."},
    {TEXT(known_result, detail), .tag = 2, .doc = "What is known."},
};
static const struct shape known_result_shape =
    SHAPE(known_result, "Result of a task whose end was not told by its agent.");

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

/* By our clock, at both ends. */
static struct timestamp
start_of(const struct decision *decision, const struct task_state_view *task)
{
    return timestamp_is_present(task->started_at) ? task_start_by_our_clock(task) : decision->now;
}

void task_emit_known(
    struct decision *decision, struct uuid task_id, const struct known_outcome *outcome)
{
    const struct known_result result = {outcome->source, outcome->detail};
    struct task_state_view task;

    if (!task_load(decision, task_id, &task) || task_has_ended(&task))
        return;
    decision_emit(
        decision, &task_reported_event, task_id, task.workspace_id,
        &(const struct task_reported){
            .task_id = task_id,
            .result = task_payload(decision, &known_result_shape, &result),
            .is_output_truncated = OPT_FALSE,
        });
    decision_emit(
        decision, &task_completed_event, task_id, task.workspace_id,
        &(const struct task_completed){
            .task_id = task_id,
            .status = outcome->status,
            .is_output_truncated = OPT_FALSE,
            .started_at = start_of(decision, &task),
            .finished_at = decision->now,
        });
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
