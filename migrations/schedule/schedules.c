/*
 * Schedules: what makes tasks again and again.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/schedule/schedules.h"

static const struct field schedule_row_fields[] = {
    {UUID(schedule_row, id), .flags = REQUIRED, .doc = "Id of the schedule."},
    {UUID(schedule_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the schedule belongs to."},
    {UUID(schedule_row, node_id), .doc = "Node that it makes tasks for."},
    {UUID(schedule_row, target_team_id), .doc = "Team whose nodes it makes tasks for."},
    {UUID(schedule_row, template_id), .doc = "Template that the tasks name."},
    {TEXT(schedule_row, template_name), .doc = "Name of that template."},
    {UUID(schedule_row, owner_user_id), .flags = REQUIRED,
     .doc = "Person who created the schedule."},
    {TEXT(schedule_row, name), .flags = REQUIRED, .doc = "Name of the schedule."},
    {TEXT(schedule_row, command),
     .doc = "Shell command that is run; null: what the template says."},
    {JSON(schedule_row, parameters), .doc = "Values for the template, where that says it."},
    {BOOL(schedule_row, run_as_root), .flags = REQUIRED,
     .doc = "Whether the command is run as root."},
    {ENUM(schedule_row, cadence, cadence_names), .flags = REQUIRED, .doc = "How often it runs."},
    {INT64(schedule_row, minute), .flags = REQUIRED, .doc = "Minute of the hour."},
    {INT64(schedule_row, hour), .doc = "Hour of the day."},
    {INT64(schedule_row, day_of_week), .doc = "Day of the week; 0 is Sunday."},
    {INT64(schedule_row, interval_minutes), .doc = "Minutes from one run to the next."},
    {TEXT(schedule_row, cron), .doc = "Five fields of cron."},
    {TEXT(schedule_row, timezone), .flags = REQUIRED, .doc = "IANA time zone that it goes by."},
    {ENUM(schedule_row, timezone_source, timezone_source_names), .flags = REQUIRED,
     .doc = "Whether that is its workspace's, whatever it becomes."},
    {BOOL(schedule_row, enabled), .flags = REQUIRED, .doc = "Whether it runs."},
    {TIMESTAMP(schedule_row, next_run_at), .doc = "Time it is due next."},
    {TIMESTAMP(schedule_row, last_run_at), .doc = "Time it last made tasks."},
    {UUID(schedule_row, last_run_task_id), .doc = "The first of those tasks."},
    {TEXT(schedule_row, last_error), .doc = "What stood in its way when it was last due."},
    {TIMESTAMP(schedule_row, created_at), .flags = REQUIRED, .doc = "Time it was created."},
    {TIMESTAMP(schedule_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {TIMESTAMP(schedule_row, sorted_by), .flags = REQUIRED | HIDDEN,
     .doc = "Time it is due next; where it never is, later than any, and last where it is off."},
    {INT64(schedule_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
    {TEXT(schedule_row, selector), .flags = OMIT_ABSENT,
     .doc =
         "Condition on labels of the nodes that it makes tasks for; left out where it has none."},
    {UUID(schedule_row, selection_id), .flags = OMIT_ABSENT,
     .doc = "Selection of these nodes; left out where it has none."},
    {TIMESTAMP(schedule_row, held_until), .flags = OMIT_ABSENT,
     .doc = "Time that it is held back until; left out where it is not."},
    {TEXT(schedule_row, held_by), .flags = OMIT_ABSENT,
     .doc = "Window of its workspace that holds it back; left out where none does."},
};
const struct shape schedule_row_shape =
    SHAPE(schedule_row, "A schedule, which makes tasks again and again.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, sorted_by, created_at, id"},
    {.columns = "sorted_by, created_at, id", .where = TABLE_OF_ALL("workspace_id")},
    {.columns = "node_id, created_at, id"},
    {.columns = "workspace_id, created_at, id"},
    {.columns = NULL},
};

const struct table schedules_table = {
    .name = "scheduled_tasks",
    .area = "schedule",
    .shape = &schedule_row_shape,
    .indexes = indexes,
};
