/*
 * What is told of tasks. Not of those that the server makes for requests of its own; and not of claims,
 * their ends and lines of output, which come by the thousand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/frame.h"
#include "api/task/task_resources.h"
#include "eventlog/events/task_events.h"
#include "migrations/task/tasks.h"

static bool is_shown(const void *row)
{
    const struct task_row *task = row;

    return !opt_bool_is_true(task->is_internal);
}

#define OF_TASK .resource = &task_resource, .is_shown = is_shown, .node = "node_id"

static const struct event_type *const created[] = {&task_created_event, NULL};

/* It waits: claims are not told, so that clients know none. */
static void fill_created(const void *row, struct arena *arena, void *payload)
{
    const struct task_row *task = row;

    (void)arena;
    *(struct task_row *)payload = (struct task_row){
        .id = task->id,
        .workspace_id = task->workspace_id,
        .node_id = task->node_id,
        .target_team_id = task->target_team_id,
        .template_id = task->template_id,
        .template_name = task->template_name,
        .template_version = task->template_version,
        .rolling_run_id = task->rolling_run_id,
        .type = task->type,
        .is_internal = task->is_internal,
        .payload = task->payload,
        .status = {TASK_QUEUED},
        .output_truncated = OPT_FALSE,
        .created_at = task->created_at,
        .updated_at = task->created_at,
        .revision = 1,
    };
}

static const struct frame task_created_frame = {
    .name = "task.created",
    .doc = "A task was created.",
    .after = created,
    .shows_beginning = true,
    .fill = fill_created,
    OF_TASK};

static const struct event_type *const updated[] = {
    &task_started_event,
    &task_completed_event,
    &task_cancel_requested_event,
    &task_cancelled_event,
    &task_timed_out_event,
    &task_abandoned_event,
    NULL,
};

static const struct frame task_updated_frame = {
    .name = "task.updated",
    .doc = "A task started, ended, or is to be stopped.",
    .after = updated,
    OF_TASK};

const struct frame *const task_frames[] = {&task_created_frame, &task_updated_frame, NULL};
