/*
 * Folding what happens to tasks. Lines that a task logged are never looked into, because their
 * bodies may have been dropped: their place on the ledger is enough.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

#include "commands/node/node_lookup.h"
#include "commands/task/task_lookup.h"
enum { IN_QUEUE = 0, UNDER_LEASE = 1 };

static const struct field task_state_view_fields[] = {
    {UUID(task_state_view, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {UUID(task_state_view, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the task belongs to."},
    {UUID(task_state_view, node_id), .tag = 3, .flags = REQUIRED,
     .doc = "Node that is to run the task."},
    {ENUM(task_state_view, status, task_status_names), .tag = 4, .flags = REQUIRED,
     .doc = "Status of the task."},
    {TIMESTAMP(task_state_view, lease_until), .tag = 5,
     .doc = "Time until which the task must have started."},
    {UUID(task_state_view, claim_token), .tag = 6, .doc = "Id of the claim."},
    {TIMESTAMP(task_state_view, started_at), .tag = 7,
     .doc = "Time the task began: by the agent's clock, while both ends are known by it."},
    {TIMESTAMP(task_state_view, finished_at), .tag = 8,
     .doc = "Time the task ended, by the same clock as its start."},
    {TIMESTAMP(task_state_view, cancel_requested_at), .tag = 9,
     .doc = "Time it was asked to stop."},
    {TIMESTAMP(task_state_view, created_at), .tag = 10, .flags = REQUIRED,
     .doc = "Time it was created."},
    {TIMESTAMP(task_state_view, updated_at), .tag = 11, .flags = REQUIRED,
     .doc = "Time of the last change."},
    {INT64(task_state_view, created_size), .tag = 12, .flags = REQUIRED,
     .doc = "Ledger size at which type and payload were recorded."},
    {INT64(task_state_view, output_size), .tag = 13, .flags = REQUIRED,
     .doc = "Ledger size at which its last output was recorded."},
    {INT64(task_state_view, completed_size), .tag = 14, .flags = REQUIRED,
     .doc = "Ledger size at which its end was recorded."},
    {INT64(task_state_view, cancelled_size), .tag = 15, .flags = REQUIRED,
     .doc = "Ledger size at which the reason to stop was recorded."},
    {TIMESTAMP(task_state_view, running_since), .tag = 16,
     .doc = "Time the task began, by the server's clock."},
    {BOOL(task_state_view, is_started_by_agent), .tag = 17,
     .doc = "Whether its start is by the agent's clock."},
};
const struct shape task_state_view_shape = SHAPE(task_state_view, "State of a task.");
const struct aggregate task_aggregate = {STATE_TASK, "task", &task_state_view_shape};

static int64_t size_at(const struct record *record)
{
    return (int64_t)record->position.value + 1;
}

/* A task that has not ended has one timer, which follows from its state. Those of waiting and
 * running tasks hold since when: how long is too long is a setting. */
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
    case TASK_CLAIMED: /* nothing sets it any more */
    case TASK_SUCCESS:
    case TASK_FAILED:
    case TASK_CANCELLED:
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

static void drop_lease(struct task_state_view *task)
{
    task->lease_until = (struct timestamp){0};
    task->claim_token = UUID_NONE;
}

static void enqueue(struct fold *fold, struct task_state_view *task)
{
    task->status.is = TASK_QUEUED;
    drop_lease(task);
    model_link(fold->model, LINK_NODE_QUEUE, task->node_id, task->id, IN_QUEUE);
}

/* Whoever asks for a node's packages next need not ask its agent again. */
static void note_package_list(struct fold *fold, const struct task_created *created)
{
    if (text_is(created->type, PACKAGE_LIST) && !opt_bool_is_true(created->is_internal))
        model_link(fold->model, LINK_PACKAGE_LIST, created->node_id, created->task_id, 0);
}

static void leave_queue(struct fold *fold, struct task_state_view *task)
{
    drop_lease(task);
    model_unlink(fold->model, LINK_NODE_QUEUE, task->node_id, task->id);
}

static void on_created(struct fold *fold, const struct record *record, struct task_state_view *task)
{
    const struct task_created *created = record->event;

    *task = (struct task_state_view){
        .id = created->task_id,
        .workspace_id = created->workspace_id,
        .node_id = created->node_id,
        .created_at = record->entry.recorded_at,
        .created_size = size_at(record),
    };
    enqueue(fold, task);
    note_package_list(fold, created);
}

static void on_claimed(struct fold *fold, const struct record *record, struct task_state_view *task)
{
    const struct task_claimed *claimed = record->event;

    task->status.is = TASK_ACCEPTED;
    task->claim_token = claimed->claim_token;
    task->lease_until = claimed->lease_until;
    model_link(fold->model, LINK_NODE_QUEUE, task->node_id, task->id, UNDER_LEASE);
}

static void on_started(struct fold *fold, const struct record *record, struct task_state_view *task)
{
    const struct task_started *started = record->event;

    leave_queue(fold, task);
    model_link(fold->model, LINK_NODE_RUNNING, task->node_id, task->id, 0);
    task->status.is = TASK_RUNNING;
    task->started_at = started->started_at;
    task->is_started_by_agent = started->is_by_agent;
    task->running_since = record->entry.recorded_at;
}

/* It waits and runs no longer. */
static void leave_node(struct fold *fold, struct task_state_view *task)
{
    leave_queue(fold, task);
    model_unlink(fold->model, LINK_NODE_RUNNING, task->node_id, task->id);
    model_unlink(fold->model, LINK_PACKAGE_LIST, task->node_id, task->id);
}

static void
on_completed(struct fold *fold, const struct record *record, struct task_state_view *task)
{
    const struct task_completed *completed = record->event;

    leave_node(fold, task);
    task->status = completed->status;
    if (timestamp_is_present(completed->started_at))
        task->started_at = completed->started_at;
    task->finished_at = completed->finished_at;
    task->completed_size = size_at(record);
}

static void
end(struct fold *fold,
    const struct record *record,
    struct task_state_view *task,
    enum task_status status)
{
    leave_node(fold, task);
    task->status.is = status;
    task->finished_at = record->entry.recorded_at;
    task->completed_size = size_at(record);
}

/* `started_at`: as the event has it. */
static void fail(
    struct fold *fold,
    const struct record *record,
    struct task_state_view *task,
    struct timestamp started_at)
{
    if (timestamp_is_present(started_at))
        task->started_at = started_at;
    end(fold, record, task, TASK_FAILED);
}

static void note_cancel(const struct record *record, struct task_state_view *task)
{
    task->cancel_requested_at = record->entry.recorded_at;
    task->cancelled_size = size_at(record);
}

static void apply(struct fold *fold, const struct record *record, struct task_state_view *task)
{
    switch ((enum task_event)record->type->id) {
    case EVT_TASK_CREATED:
        on_created(fold, record, task);
        break;
    case EVT_TASK_CLAIMED:
        on_claimed(fold, record, task);
        break;
    case EVT_TASK_REQUEUED:
        enqueue(fold, task);
        break;
    case EVT_TASK_STARTED:
        on_started(fold, record, task);
        break;
    case EVT_TASK_LOGGED:
        task->output_size = size_at(record);
        break;
    case EVT_TASK_COMPLETED:
        on_completed(fold, record, task);
        break;
    case EVT_TASK_CANCEL_REQUESTED:
        note_cancel(record, task);
        break;
    case EVT_TASK_CANCELLED:
        note_cancel(record, task);
        end(fold, record, task, TASK_CANCELLED);
        break;
    case EVT_TASK_TIMED_OUT:
        fail(fold, record, task, ((const struct task_timed_out *)record->event)->started_at);
        break;
    case EVT_TASK_ABANDONED:
        fail(fold, record, task, ((const struct task_abandoned *)record->event)->started_at);
        break;
    case EVT_TASK_TEAM_RUN_CREATED:
        break;
    }
}

/* A run of a team has no state: its tasks have. */
void task_evolve(struct fold *fold, const struct record *record)
{
    enum task_event what = (enum task_event)record->type->id;
    struct uuid task_id = record->entry.stream;
    struct task_state_view before = {0};
    struct task_state_view task;

    if (what == EVT_TASK_TEAM_RUN_CREATED)
        return;
    if (what != EVT_TASK_CREATED &&
        !model_load(fold->model, &task_aggregate, task_id, fold->arena, &before))
        return;
    task = before;
    apply(fold, record, &task);
    task.updated_at = record->entry.recorded_at;
    model_store(fold->model, &task_aggregate, task_id, &task);
    move_timer(fold, &before, &task);
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
    return model_load(decision->model, &task_aggregate, task_id, decision->arena, out);
}
