/*
 * What the audit trail says of schedules: what people did with them. What they do by themselves their system
 * events tell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/schedule_events.h"
#include "migrations/schedule/schedules.h"
#include "projections/audit.h"

#define SCHEDULE(event_tag, what)                                                                  \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = what,                          \
    .target_type = "scheduled-task", .target_id = OF_EVENT(event_tag, schedule_id)
#define SWITCHED(event_tag, what)                                                                  \
    SCHEDULE(event_tag, what), .table = &schedules_table, .label = {OF_ROW(schedule_row, name)},   \
                               .metadata = target_details

#define NO_ENTRY(event_tag, reason) .event = &event_tag##_event, .no_entry = reason

static const struct detail created_details[] = {
    {.name = "node_id", .from = OF_EVENT(schedule_created, node_id)},
    {.name = "template_id", .from = OF_EVENT(schedule_created, template_id)},
    {.name = "selector",
     .from = OF_EVENT(schedule_created, selector),
     .is_omitted_when_absent = true},
    {.name = "selection_id",
     .from = OF_EVENT(schedule_created, selection_id),
     .is_omitted_when_absent = true},
    {0},
};
static const struct detail team_created_details[] = {
    {.name = "team_id", .from = OF_EVENT(schedule_created, target_team_id)},
    {.name = "team_name", .from = OF_EVENT(schedule_created, target_team_name)},
    {.name = "template_id", .from = OF_EVENT(schedule_created, template_id)},
    {0},
};
static const struct detail target_details[] = {
    {.name = "node_id", .from = OF_ROW(schedule_row, node_id)},
    {.name = "team_id", .from = OF_ROW(schedule_row, target_team_id)},
    {0},
};
static const struct detail deleted_details[] = {
    {.name = "node_id", .from = OF_EVENT(schedule_deleted, node_id)},
    {.name = "team_id", .from = OF_EVENT(schedule_deleted, target_team_id)},
    {.name = "reason", .from = OF_EVENT(schedule_deleted, reason)},
    {0},
};
static const struct detail disabled_details[] = {
    {.name = "node_id", .from = OF_ROW(schedule_row, node_id)},
    {.name = "team_id", .from = OF_ROW(schedule_row, target_team_id)},
    {.name = "reason", .from = OF_EVENT(schedule_disabled, reason)},
    {0},
};

const struct audit_rule schedule_audit_rules[] = {
    {SCHEDULE(schedule_created, "task-schedule.created"),
     .label = {OF_EVENT(schedule_created, name)}, .metadata = created_details,
     .other_if = OF_EVENT(schedule_created, target_team_id),
     .other_action = "task-schedule.team-created", .other_metadata = team_created_details},
    {SWITCHED(schedule_enabled, "task-schedule.enabled")},
    {SCHEDULE(schedule_disabled, "task-schedule.disabled"), .table = &schedules_table,
     .label = {OF_ROW(schedule_row, name)}, .metadata = disabled_details},
    {SCHEDULE(schedule_deleted, "task-schedule.deleted"),
     .label = {OF_EVENT(schedule_deleted, name)}, .metadata = deleted_details},
    {NO_ENTRY(
        schedule_retimed, "Follows from what changed its workspace; a system event tells it.")},
    {NO_ENTRY(schedule_skipped, "Done by the program; a system event tells it.")},
    {NO_ENTRY(schedule_ran, "Done by the program; a system event tells it.")},
    {NO_ENTRY(schedule_failed, "Done by the program; a system event tells it.")},
    {NO_ENTRY(schedule_held, "Done by the program; a system event tells it.")},
    {0},
};
