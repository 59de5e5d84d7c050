/*
 * The tasks of agents, with their newest state.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/task/tasks.h"

#include "eventlog/events/task_events.h"

static const struct field task_row_fields[] = {
    {UUID(task_row, id), .flags = REQUIRED, .doc = "Id of the task."},
    {UUID(task_row, workspace_id), .flags = REQUIRED, .doc = "Workspace that the task belongs to."},
    {UUID(task_row, node_id), .flags = REQUIRED, .doc = "Node that runs the task."},
    {UUID(task_row, target_team_id), .doc = "Team whose nodes were given the task."},
    {UUID(task_row, template_id), .doc = "Template that the task was made from."},
    {TEXT(task_row, template_name), .doc = "Name of that template."},
    {TEXT(task_row, type), .flags = REQUIRED, .doc = "Type of the task."},
    {BOOL(task_row, is_internal), .flags = REQUIRED,
     .doc = "Whether the server made the task for a request of its own; lists leave it out."},
    {JSON(task_row, payload), .flags = REQUIRED, .doc = "What the agent needs to run the task."},
    {ENUM(task_row, status, task_status_names), .flags = REQUIRED, .doc = "Status of the task."},
    {JSON(task_row, result), .doc = "Result that the agent reported."},
    {TEXT(task_row, output), .doc = "Output of the task, or its last line so far."},
    {BOOL(task_row, output_truncated), .flags = REQUIRED, .doc = "Whether the output was cut."},
    {TIMESTAMP(task_row, lease_until), .doc = "Time until which the agent must have started it."},
    {UUID(task_row, claimed_by), .doc = "Node that claimed the task."},
    {UUID(task_row, claim_token), .doc = "Id of that claim."},
    {TIMESTAMP(task_row, started_at), .doc = "Time the task started."},
    {TIMESTAMP(task_row, finished_at), .doc = "Time the task ended."},
    {TIMESTAMP(task_row, cancel_requested_at), .doc = "Time its cancellation was requested."},
    {TEXT(task_row, cancel_reason), .doc = "Reason of the cancellation."},
    {TIMESTAMP(task_row, created_at), .flags = REQUIRED, .doc = "Time the task was created."},
    {TIMESTAMP(task_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {TIMESTAMP(task_row, output_dropped_at), .flags = OMIT_ABSENT,
     .doc =
         "Time result, output and lines of the task were dropped, as the installation's retention says."},
    {INT64(task_row, template_version), .flags = OMIT_ABSENT,
     .doc = "Version that the template had then."},
    {UUID(task_row, rolling_run_id), .flags = OMIT_ABSENT,
     .doc = "Rolling run that made the task."},
    {TEXT(task_row, outcome), .flags = HIDDEN,
     .doc = "What stands for its output where no agent ended it and it wrote nothing."},
    {INT64(task_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
    {UUID(task_row, text_id), .flags = HIDDEN, .doc = "Text that a search finds it by."},
};
const struct shape task_row_shape = SHAPE(task_row, "A task.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, is_internal, created_at, id", .where = TABLE_UNFILTERED},
    {.columns = "is_internal, created_at, id",
     .where = TABLE_OF_ALL("workspace_id") " and " TABLE_UNFILTERED},
    {.columns = "node_id, is_internal, created_at, id"},
    {.columns = "target_team_id, is_internal, created_at, id",
     .where = "target_team_id is not null"},
    {.columns = "rolling_run_id, is_internal, created_at, id",
     .where = "rolling_run_id is not null"},
    {.columns = "workspace_id, status, is_internal, created_at, id"},
    {.columns = "status, is_internal, created_at, id", .where = TABLE_OF_ALL("workspace_id")},
    {.columns = "text_id, created_at, id"},
    {.columns = NULL},
};

const struct table tasks_table = {
    .name = "tasks",
    .area = "task",
    .shape = &task_row_shape,
    .indexes = indexes,
};
