/*
 * Tables of the events of schedules.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/schedule_events.h"

#include "core/time/window.h"

const char *const timezone_source_names[] = {"workspace", "fixed", NULL};
const char *const schedule_disabling_names[] = {"on_request", "owner_left", NULL};
const char *const schedule_deletion_names[] = {
    "on_request", "node_removed", "workspace_deleted", NULL};

const char *const schedule_holding_names[] = {"window", NULL};

#define OF_SCHEDULE(type)                                                                          \
    UUID(type, schedule_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the schedule."

static const struct field schedule_created_fields[] = {
    {OF_SCHEDULE(schedule_created)},
    {UUID(schedule_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the schedule belongs to."},
    {UUID(schedule_created, node_id), .tag = 3, .doc = "Node that it makes tasks for."},
    {UUID(schedule_created, target_team_id), .tag = 4,
     .doc = "Team whose nodes it makes tasks for."},
    {TEXT(schedule_created, target_team_name), .tag = 5, .max = 120, .doc = "Name of that team."},
    {UUID(schedule_created, template_id), .tag = 6, .doc = "Template that the tasks name."},
    {TEXT(schedule_created, template_name), .tag = 7, .max = 160, .doc = "Name of that template."},
    {UUID(schedule_created, owner_user_id), .tag = 8, .flags = REQUIRED,
     .doc = "Person who created the schedule."},
    {TEXT(schedule_created, name), .tag = 9, .flags = REQUIRED, .max = SCHEDULE_LONGEST_NAME,
     .doc = "Name of the schedule."},
    {TEXT(schedule_created, command), .tag = 10, .max = SCHEDULE_LONGEST_COMMAND,
     .doc = "Shell command that is run; absent: what the template says."},
    {JSON(schedule_created, parameters), .tag = 11, .doc = "Values for the template."},
    {BOOL(schedule_created, run_as_root), .tag = 12, .flags = REQUIRED,
     .doc = "Whether the command is run as root."},
    {OBJECT(schedule_created, recurrence, recurrence), .tag = 13, .flags = REQUIRED,
     .doc = "When it is due."},
    {ENUM(schedule_created, timezone_source, timezone_source_names), .tag = 14, .flags = REQUIRED,
     .doc = "Whose time zone it goes by."},
    {TIMESTAMP(schedule_created, next_run_at), .tag = 15, .doc = "Time it is due next."},
    {TEXT(schedule_created, selector), .tag = 16, .max = 4096,
     .doc = "Condition on the labels of the nodes that it makes tasks for."},
    {UUID(schedule_created, selection_id), .tag = 17,
     .doc = "Selection of the nodes that it makes tasks for."},
    {TEXT(schedule_created, selection_name), .tag = 18, .max = 160,
     .doc = "Name of that selection."},
};
EVENT(
    schedule_created,
    EVT_SCHEDULE_CREATED,
    "schedule.created",
    "A schedule was created, which makes tasks again and again.");

static const struct field schedule_enabled_fields[] = {
    {OF_SCHEDULE(schedule_enabled)},
    {TIMESTAMP(schedule_enabled, next_run_at), .tag = 2, .doc = "Time it is due next."},
};
EVENT(schedule_enabled, EVT_SCHEDULE_ENABLED, "schedule.enabled", "A schedule was switched on.");

static const struct field schedule_disabled_fields[] = {
    {OF_SCHEDULE(schedule_disabled)},
    {ENUM(schedule_disabled, reason, schedule_disabling_names), .tag = 2, .flags = REQUIRED,
     .doc = "Reason of that."},
};
EVENT(
    schedule_disabled, EVT_SCHEDULE_DISABLED, "schedule.disabled", "A schedule was switched off.");

static const struct field schedule_retimed_fields[] = {
    {OF_SCHEDULE(schedule_retimed)},
    {TEXT(schedule_retimed, timezone), .tag = 2, .flags = REQUIRED, .max = RECURRENCE_LONGEST_ZONE,
     .doc = "Time zone that it goes by from now on."},
    {TIMESTAMP(schedule_retimed, next_run_at), .tag = 3,
     .doc = "Time it is due next; absent while it is off."},
};
EVENT(
    schedule_retimed,
    EVT_SCHEDULE_RETIMED,
    "schedule.retimed",
    "A schedule goes by another time zone, because its workspace does.");

static const struct field schedule_deleted_fields[] = {
    {OF_SCHEDULE(schedule_deleted)},
    {ENUM(schedule_deleted, reason, schedule_deletion_names), .tag = 2, .flags = REQUIRED,
     .doc = "Reason of that."},
    {TEXT(schedule_deleted, name), .tag = 3, .flags = REQUIRED, .max = SCHEDULE_LONGEST_NAME,
     .doc = "Name that it had."},
    {UUID(schedule_deleted, node_id), .tag = 4, .doc = "Node that it made tasks for."},
    {UUID(schedule_deleted, target_team_id), .tag = 5,
     .doc = "Team whose nodes it made tasks for."},
};
EVENT(schedule_deleted, EVT_SCHEDULE_DELETED, "schedule.deleted", "A schedule was deleted.");

static const struct field schedule_skipped_fields[] = {
    {OF_SCHEDULE(schedule_skipped)},
    {INT64(schedule_skipped, count), .tag = 2, .flags = REQUIRED,
     .doc = "Number of due times that it does not run for."},
    {BOOL(schedule_skipped, has_more), .tag = 3, .flags = REQUIRED,
     .doc = "Whether there were more than were counted."},
    {TIMESTAMP(schedule_skipped, since), .tag = 4, .flags = REQUIRED, .doc = "The first of them."},
    {TIMESTAMP(schedule_skipped, until), .tag = 5, .flags = REQUIRED,
     .doc = "The last of those that were counted."},
};
EVENT(
    schedule_skipped,
    EVT_SCHEDULE_SKIPPED,
    "schedule.skipped",
    "A schedule was due several times before it could run: it runs once.");

static const struct field schedule_ran_fields[] = {
    {OF_SCHEDULE(schedule_ran)},
    {TIMESTAMP(schedule_ran, due_at), .tag = 2, .flags = REQUIRED, .doc = "Time it was due."},
    {LIST_OF(schedule_ran, task_ids, KIND_UUID), .tag = 3, .flags = REQUIRED,
     .doc = "Ids of the tasks that were made; none where its team has no node for them."},
    {TIMESTAMP(schedule_ran, next_run_at), .tag = 4, .doc = "Time it is due next."},
    {TEXT(schedule_ran, selector), .tag = 5, .max = 4096,
     .doc = "Condition on labels that its nodes were found by."},
};
EVENT(schedule_ran, EVT_SCHEDULE_RAN, "schedule.ran", "A schedule was due and made its tasks.");

static const struct field schedule_failed_fields[] = {
    {OF_SCHEDULE(schedule_failed)},
    {TIMESTAMP(schedule_failed, due_at), .tag = 2, .flags = REQUIRED, .doc = "Time it was due."},
    {TEXT(schedule_failed, code), .tag = 3, .flags = REQUIRED, .max = 48,
     .doc = "Code of the refusal."},
    {TEXT(schedule_failed, reason), .tag = 4, .flags = REQUIRED, .max = 512,
     .doc = "What stood in its way."},
    {TIMESTAMP(schedule_failed, next_run_at), .tag = 5, .doc = "Time it is due next."},
};
EVENT(
    schedule_failed,
    EVT_SCHEDULE_FAILED,
    "schedule.failed",
    "A schedule was due and could not make its tasks.");

static const struct field schedule_held_fields[] = {
    {OF_SCHEDULE(schedule_held)},
    {TIMESTAMP(schedule_held, due_at), .tag = 2, .flags = REQUIRED, .doc = "Time it was due."},
    {ENUM(schedule_held, reason, schedule_holding_names), .tag = 3, .flags = REQUIRED,
     .doc = "What held it back."},
    {TEXT(schedule_held, window), .tag = 4, .max = WINDOW_LONGEST_NAME,
     .doc = "Name of the window that is open."},
    {TIMESTAMP(schedule_held, until), .tag = 5, .flags = REQUIRED,
     .doc = "Time at which it is looked at again."},
};
EVENT(
    schedule_held,
    EVT_SCHEDULE_HELD,
    "schedule.held",
    "A schedule was due and was held back: it runs later.");

const struct event_type *const schedule_event_types[] = {
    &schedule_created_event,  &schedule_enabled_event,
    &schedule_disabled_event, &schedule_retimed_event,
    &schedule_deleted_event,  &schedule_skipped_event,
    &schedule_ran_event,      &schedule_failed_event,
    &schedule_held_event,     NULL,
};
