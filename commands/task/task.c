/*
 * Folding what happens to tasks into the write model: their states, where their nodes find them, and what
 * falls due.
 *
 *   record ──► task_state.c: the new state ──► [here]: links and timers follow from it
 *   task_retired ──► [here]: all of it goes
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

#include "commands/node/node_lookup.h"
#include "commands/rolling/rolling_lookup.h"
#include "commands/rollout/rollout_lookup.h"
#include "commands/secret/secret_lookup.h"
#include "commands/task/task_lookup.h"

enum { IN_QUEUE = 0, UNDER_LEASE = 1 };

/* A task has one timer, which follows from its state. Those of tasks that wait, run or have ended hold since
 * when: how long is too long is a setting. */
static struct timer timer_of(const struct task_state_view *task)
{
    struct timer timer = {.kind = 0, .id = task->id};

    switch ((enum task_status)task->status.is) {
    case TASK_QUEUED:
        timer.kind = TIMER_QUEUED;
        timer.due = task->created_at;
        break;
    case TASK_ACCEPTED:
        timer.kind = TIMER_LEASE;
        timer.due = task->lease_until;
        break;
    case TASK_RUNNING:
        timer.kind = TIMER_RUNNING;
        timer.due = task->running_since;
        break;
    case TASK_SUCCESS:
    case TASK_FAILED:
    case TASK_CANCELLED:
        timer.kind = TIMER_FINISHED;
        timer.due = task->updated_at;
        break;
    case TASK_CLAIMED: /* nothing sets it any more */
        break;
    }
    return timer;
}

void task_follows(struct decision *decision, const struct task_state_view *task)
{
    struct timer timer = timer_of(task);

    decision_caused_by_timer(decision, &timer);
}

static void clear_timer(struct fold *fold, const struct task_state_view *task)
{
    struct timer timer = timer_of(task);

    if (timer.kind != 0)
        model_clear_timer(fold->model, &timer);
}

static void set_timer(struct fold *fold, const struct task_state_view *task)
{
    struct timer timer = timer_of(task);

    if (timer.kind != 0)
        model_set_timer(fold->model, &timer);
}

/* What waits for a node in maintenance has no timer until that is over. Nothing is created for such
 * a node or claimed by it, so the question is asked of what is given back only. */
static void move_timer(
    struct fold *fold, const struct task_state_view *before, const struct task_state_view *after)
{
    struct timer from = timer_of(before);
    struct timer to = timer_of(after);
    bool is_given_back = from.kind == TIMER_LEASE && to.kind == TIMER_QUEUED;

    if (from.kind == to.kind && from.due.us == to.due.us)
        return;
    clear_timer(fold, before);
    if (!is_given_back || !node_is_in_maintenance(fold, after->node_id))
        set_timer(fold, after);
}

/* Where its node finds it follows from its status. */
static void move_links(
    struct fold *fold, const struct task_state_view *before, const struct task_state_view *after)
{
    struct model *model = fold->model;

    if (before->status.is == after->status.is)
        return;
    switch ((enum task_status)after->status.is) {
    case TASK_QUEUED:
        model_link(model, LINK_NODE_QUEUE, after->node_id, after->id, IN_QUEUE);
        break;
    case TASK_ACCEPTED:
        model_link(model, LINK_NODE_QUEUE, after->node_id, after->id, UNDER_LEASE);
        break;
    case TASK_RUNNING:
        model_unlink(model, LINK_NODE_QUEUE, after->node_id, after->id);
        model_link(model, LINK_NODE_RUNNING, after->node_id, after->id, 0);
        break;
    case TASK_SUCCESS:
    case TASK_FAILED:
    case TASK_CANCELLED:
        model_unlink(model, LINK_NODE_QUEUE, after->node_id, after->id);
        model_unlink(model, LINK_NODE_RUNNING, after->node_id, after->id);
        model_unlink(model, LINK_PACKAGE_LIST, after->node_id, after->id);
        break;
    case TASK_CLAIMED:
        break;
    }
}

/* Whoever asks for a node's packages next need not ask its agent again. */
static void note_package_list(struct fold *fold, const struct task_created *created)
{
    if (text_is(created->type, PACKAGE_LIST) && !opt_bool_is_true(created->is_internal))
        model_link(fold->model, LINK_PACKAGE_LIST, created->node_id, created->task_id, 0);
}

static void note_created(struct fold *fold, const struct task_created *created)
{
    note_package_list(fold, created);
    secret_note_task_created(fold, created->task_id, created->secrets);
}

bool task_has_ended(const struct task_state_view *task)
{
    return task->status.is == TASK_SUCCESS || task->status.is == TASK_FAILED ||
           task->status.is == TASK_CANCELLED;
}

/* An older end tells itself what came of the task. */
static bool has_output(const struct record *record, const struct task_state_view *task)
{
    const struct task_completed *completed = record->event;

    return task->output_size > 0 || task->reported_size > 0 ||
           (record->type == &task_completed_event &&
            (text_is_present(completed->result.text) || text_is_present(completed->output)));
}

/* Holds when the end was recorded: how long output is kept is a setting. Nothing but its being dropped clears
 * it, whatever else becomes of the task here. */
static struct timer output_timer(struct uuid task_id, struct timestamp ended_at)
{
    return (struct timer){.kind = TIMER_TASK_OUTPUT, .id = task_id, .due = ended_at};
}

static void
set_output_timer(struct fold *fold, const struct record *record, const struct task_state_view *task)
{
    struct timer timer = output_timer(task->id, record->entry.recorded_at);

    if (has_output(record, task))
        model_set_timer(fold->model, &timer);
}

struct uuid task_output_hold(const struct model *model, struct uuid task_id)
{
    struct uuid hold_id = UUID_NONE;

    model_next_link(model, LINK_OUTPUT_HOLD, task_id, UUID_NONE, &hold_id, NULL);
    return hold_id;
}

static void forget_hold(struct fold *fold, struct uuid task_id)
{
    struct uuid hold_id = task_output_hold(fold->model, task_id);

    if (uuid_is_present(hold_id))
        model_unlink(fold->model, LINK_OUTPUT_HOLD, task_id, hold_id);
}

static void on_output_dropped(struct fold *fold, const struct record *record)
{
    const struct task_output_dropped *dropped = record->event;
    struct timer timer = output_timer(dropped->task_id, dropped->ended_at);
    bool is_last = opt_bool_is_true(dropped->is_last);
    struct task_state_view task;

    forget_hold(fold, dropped->task_id);
    if (is_last)
        model_clear_timer(fold->model, &timer);
    if (model_load(fold->model, &task_aggregate, dropped->task_id, fold->arena, &task)) {
        task_apply(&task, record);
        model_store(fold->model, &task_aggregate, dropped->task_id, &task);
    } else if (is_last) {
        model_retire_stream(fold->model, dropped->task_id, record->position.value + 1);
    }
}

static void on_output_withheld(struct fold *fold, const struct record *record)
{
    const struct task_output_withheld *withheld = record->event;

    forget_hold(fold, withheld->task_id);
    model_link(fold->model, LINK_OUTPUT_HOLD, withheld->task_id, withheld->hold_id, 0);
}

/* Nothing is left of it but what the ledger tells, where its end is its last event: see recall_task.c. */
static void retire(struct fold *fold, struct uuid task_id)
{
    struct task_state_view task;
    struct timer timer;
    uint64_t revision = model_revision(fold->model, task_id);

    if (!model_load(fold->model, &task_aggregate, task_id, fold->arena, &task))
        return;
    timer = output_timer(task_id, task.updated_at);
    clear_timer(fold, &task);
    model_remove(fold->model, &task_aggregate, task_id);
    model_retire_stream(fold->model, task_id, (uint64_t)task.completed_size);
    if (model_has_timer(fold->model, &timer)) /* that its output is dropped is still to come */
        model_set_revision(fold->model, task_id, revision);
}

static void on_retired(struct fold *fold, const struct record *record)
{
    const struct task_retired *retired = record->event;
    const struct uuid *task_ids = retired->task_ids.items;

    for (size_t i = 0; i < retired->task_ids.count; i++)
        retire(fold, task_ids[i]);
}

static void
on_end(struct fold *fold, const struct record *record, const struct task_state_view *task)
{
    set_output_timer(fold, record, task);
    if (uuid_is_present(task->rolling_target_id))
        rolling_note_task_end(fold, record, task->rolling_target_id, task->status.is);
    rollout_note_task_end(fold, record, task->id, task->status.is);
    secret_note_task_end(fold, task->id);
}

static void on_turn(struct fold *fold, const struct record *record)
{
    bool is_new = record->type == &task_created_event;
    struct uuid task_id = record->entry.stream;
    struct task_state_view before = {0};
    struct task_state_view task;

    if (!is_new && !model_load(fold->model, &task_aggregate, task_id, fold->arena, &before))
        return;
    task = before;
    task_apply(&task, record);
    model_store(fold->model, &task_aggregate, task_id, &task);
    move_links(fold, &before, &task);
    move_timer(fold, &before, &task);
    if (!task_has_ended(&before) && task_has_ended(&task))
        on_end(fold, record, &task);
    if (is_new)
        note_created(fold, record->event);
}

/* A run of a team has no state: its tasks have. */
void task_evolve(struct fold *fold, const struct record *record)
{
    if (record->type == &task_retired_event)
        on_retired(fold, record);
    else if (record->type == &task_output_dropped_event)
        on_output_dropped(fold, record);
    else if (record->type == &task_output_withheld_event)
        on_output_withheld(fold, record);
    else if (
        record->type != &task_team_run_created_event &&
        record->type != &task_selection_run_created_event)
        on_turn(fold, record);
}

/* Calls `change` for every task that a node's agent has not started. */
static void each_waiting(
    struct fold *fold,
    struct uuid node_id,
    void (*change)(struct fold *fold, const struct task_state_view *task))
{
    struct uuid task_id = UUID_NONE;
    struct task_state_view task;

    while (model_next_link(fold->model, LINK_NODE_QUEUE, node_id, task_id, &task_id, NULL)) {
        if (model_load(fold->model, &task_aggregate, task_id, fold->arena, &task))
            change(fold, &task);
    }
}

void task_hold_timers(struct fold *fold, struct uuid node_id)
{
    each_waiting(fold, node_id, clear_timer);
}

void task_resume_timers(struct fold *fold, struct uuid node_id)
{
    each_waiting(fold, node_id, set_timer);
}

struct timestamp task_start_by_our_clock(const struct task_state_view *task)
{
    return opt_bool_is_true(task->is_started_by_agent) ? task->running_since
                                                       : (struct timestamp){0};
}

bool task_load(const struct decision *decision, struct uuid task_id, struct task_state_view *out)
{
    const struct task_state_view *recalled = decision->recalled;

    if (model_load(decision->model, &task_aggregate, task_id, decision->arena, out))
        return true;
    if (recalled == NULL || !uuid_equal(recalled->id, task_id))
        return false;
    *out = *recalled;
    return true;
}
