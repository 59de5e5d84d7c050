/*
 * Drop what a task wrote, when its time is over: the event names the bodies, and the ledger deletes them in
 * the transaction that records it.
 *
 *   automation ──drop_task_output──► [here] ──task_output_dropped──► ledger
 *                                         or ──task_output_withheld─► … while a legal hold is over it
 *
 * Whoever orders it has found the positions; here it is seen that the task has ended, and so long ago. The
 * ledger refuses positions that are not of this task's output.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy_lookup.h"
#include "commands/task/task.h"

enum { MOST_POSITIONS = 1000 };

static const struct field drop_task_output_fields[] = {
    {UUID(drop_task_output, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {TIMESTAMP(drop_task_output, ended_at), .tag = 2, .flags = REQUIRED,
     .doc = "Time its end was recorded."},
    {LIST_OF(drop_task_output, positions, KIND_INT64), .tag = 3, .flags = REQUIRED,
     .max = MOST_POSITIONS, .doc = "Positions of the events whose bodies are dropped."},
    {BOOL(drop_task_output, is_last), .tag = 4, .flags = REQUIRED,
     .doc = "Whether nothing is left to drop then."},
};
static const struct shape drop_task_output_shape =
    SHAPE(drop_task_output, "Part of a task's output to drop.");

/* The timer is set from the end until all is dropped. */
static bool is_due(const struct decision *decision, const struct drop_task_output *order)
{
    const struct timer timer = {
        .kind = TIMER_TASK_OUTPUT, .id = order->task_id, .due = order->ended_at};

    return model_has_timer(decision->model, &timer) &&
           order->ended_at.us <= task_output_kept_since(decision).us;
}

static struct uuid hold_of(
    const struct decision *decision,
    const struct task_state_view *task,
    const struct list *positions)
{
    struct uuid hold = privacy_hold_over(decision->model, task->workspace_id);

    if (!uuid_is_present(hold))
        hold = privacy_hold_over(decision->model, task->node_id);
    if (!uuid_is_present(hold))
        hold = privacy_hold_over_positions(decision->model, decision->arena, positions);
    return hold;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct drop_task_output *order = input;
    const struct task_output_dropped dropped = {
        .task_id = order->task_id,
        .rule = text_lit("TASK_OUTPUT_RETENTION_DAYS"),
        .positions = order->positions,
        .ended_at = order->ended_at,
        .is_last = order->is_last,
    };
    struct task_output_withheld withheld = {order->task_id, .rule = text_lit("hold")};
    struct task_state_view task;
    enum status status;

    if (!is_due(decision, order))
        return STATUS_OK;
    status = task_find(decision, order->task_id, &task, error);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    withheld.hold_id = hold_of(decision, &task, &order->positions);
    if (!uuid_is_present(withheld.hold_id))
        decision_emit(
            decision, &task_output_dropped_event, order->task_id, task.workspace_id, &dropped);
    else if (!uuid_equal(withheld.hold_id, task_output_hold(decision->model, order->task_id)))
        decision_emit(
            decision, &task_output_withheld_event, order->task_id, task.workspace_id, &withheld);
    return STATUS_OK;
}

const struct command drop_task_output_command = {
    .name = "drop_task_output",
    .doc = "Drops output of a task whose time is over.",
    .input = &drop_task_output_shape,
    .decide = decide,
};
