/*
 * The state of a task: what its events make of it, and nothing else. What it wrote is never looked
 * into, because the bodies may have been dropped: their place on the ledger is enough.
 *
 *   task.c, in the write model ──┐
 *   recall_task.c, from the ledger ──► [here]: state and event ──► state
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

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
    {INT64(task_state_view, reported_size), .tag = 18, .flags = REQUIRED,
     .doc = "Ledger size at which its agent's report at the end was recorded."},
    {TIMESTAMP(task_state_view, output_dropped_at), .tag = 19,
     .doc = "Time its output was dropped."},
    {UUID(task_state_view, rolling_target_id), .tag = 20,
     .doc = "Target of a rolling run that it is for."},
};
const struct shape task_state_view_shape = SHAPE(task_state_view, "State of a task.");
const struct aggregate task_aggregate = {STATE_TASK, "task", &task_state_view_shape};

static int64_t size_at(const struct record *record)
{
    return (int64_t)record->position.value + 1;
}

static void drop_lease(struct task_state_view *task)
{
    task->lease_until = (struct timestamp){0};
    task->claim_token = UUID_NONE;
}

static void enqueue(struct task_state_view *task)
{
    task->status.is = TASK_QUEUED;
    drop_lease(task);
}

static void on_created(const struct record *record, struct task_state_view *task)
{
    const struct task_created *created = record->event;

    *task = (struct task_state_view){
        .id = created->task_id,
        .workspace_id = created->workspace_id,
        .node_id = created->node_id,
        .created_at = record->entry.recorded_at,
        .created_size = size_at(record),
        .rolling_target_id = created->rolling_target_id,
    };
    enqueue(task);
}

static void on_claimed(const struct record *record, struct task_state_view *task)
{
    const struct task_claimed *claimed = record->event;

    task->status.is = TASK_ACCEPTED;
    task->claim_token = claimed->claim_token;
    task->lease_until = claimed->lease_until;
}

static void on_started(const struct record *record, struct task_state_view *task)
{
    const struct task_started *started = record->event;

    drop_lease(task);
    task->status.is = TASK_RUNNING;
    task->started_at = started->started_at;
    task->is_started_by_agent = started->is_by_agent;
    task->running_since = record->entry.recorded_at;
}

static void on_completed(const struct record *record, struct task_state_view *task)
{
    const struct task_completed *completed = record->event;

    drop_lease(task);
    task->status = completed->status;
    if (timestamp_is_present(completed->started_at))
        task->started_at = completed->started_at;
    task->finished_at = completed->finished_at;
    task->completed_size = size_at(record);
}

static void end(const struct record *record, struct task_state_view *task, enum task_status status)
{
    drop_lease(task);
    task->status.is = status;
    task->finished_at = record->entry.recorded_at;
    task->completed_size = size_at(record);
}

/* `started_at`: as the event has it. */
static void
fail(const struct record *record, struct task_state_view *task, struct timestamp started_at)
{
    if (timestamp_is_present(started_at))
        task->started_at = started_at;
    end(record, task, TASK_FAILED);
}

static void note_cancel(const struct record *record, struct task_state_view *task)
{
    task->cancel_requested_at = record->entry.recorded_at;
    task->cancelled_size = size_at(record);
}

void task_apply(struct task_state_view *task, const struct record *record)
{
    switch ((enum task_event)record->type->id) {
    case EVT_TASK_CREATED:
        on_created(record, task);
        break;
    case EVT_TASK_CLAIMED:
        on_claimed(record, task);
        break;
    case EVT_TASK_REQUEUED:
        enqueue(task);
        break;
    case EVT_TASK_STARTED:
        on_started(record, task);
        break;
    case EVT_TASK_LOGGED:
        task->output_size = size_at(record);
        break;
    case EVT_TASK_REPORTED:
        task->reported_size = size_at(record);
        break;
    case EVT_TASK_COMPLETED:
        on_completed(record, task);
        break;
    case EVT_TASK_CANCEL_REQUESTED:
        note_cancel(record, task);
        break;
    case EVT_TASK_CANCELLED:
        note_cancel(record, task);
        end(record, task, TASK_CANCELLED);
        break;
    case EVT_TASK_TIMED_OUT:
        fail(record, task, ((const struct task_timed_out *)record->event)->started_at);
        break;
    case EVT_TASK_ABANDONED:
        fail(record, task, ((const struct task_abandoned *)record->event)->started_at);
        break;
    case EVT_TASK_OUTPUT_DROPPED: /* no change of the task: of what is shown */
        task->output_dropped_at = record->entry.recorded_at;
        return;
    case EVT_TASK_OUTPUT_WITHHELD:
        return;
    case EVT_TASK_TEAM_RUN_CREATED:
    case EVT_TASK_SELECTION_RUN_CREATED: /* of other streams */
    case EVT_TASK_RETIRED:
        break;
    }
    task->updated_at = record->entry.recorded_at;
}
