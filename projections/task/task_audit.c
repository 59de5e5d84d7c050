/*
 * What the audit trail says of tasks: who created them, and who cancelled them. The rest of their
 * life is reported by agents, and stands in the task.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/task_events.h"
#include "migrations/node/nodes.h"
#include "migrations/task/tasks.h"
#include "projections/audit.h"

#define STOPPED_TASK(event_tag)                                                                    \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = "task.cancel.requested",       \
    .target_type = "task", .target_id = OF_EVENT(event_tag, task_id), .table = &tasks_table,       \
    .label = {OF_ROW(task_row, type)}

#define NO_ENTRY(event_tag, reason) .event = &event_tag##_event, .no_entry = reason

static const struct detail created_details[] = {
    {.name = "node_id", .from = OF_EVENT(task_created, node_id)},
    {.name = "hostname", .from = OF_ROW(node_row, hostname)},
    {0},
};
static const struct detail team_run_details[] = {
    {.name = "task_type", .from = OF_EVENT(task_team_run_created, type)},
    {.name = "task_count", .from = COUNT_IN(task_team_run_created, task_ids)},
    {.name = "task_ids", .from = OF_EVENT(task_team_run_created, task_ids)},
    {0},
};
static const struct detail selection_run_details[] = {
    {.name = "selector", .from = OF_EVENT(task_selection_run_created, selector)},
    {.name = "task_type", .from = OF_EVENT(task_selection_run_created, type)},
    {.name = "task_count", .from = COUNT_IN(task_selection_run_created, task_ids)},
    {.name = "task_ids", .from = OF_EVENT(task_selection_run_created, task_ids)},
    {0},
};
static const struct detail cancel_requested_details[] = {
    {.name = "reason", .from = OF_EVENT(task_cancel_requested, reason)},
    {0},
};
static const struct detail cancelled_details[] = {
    {.name = "reason", .from = OF_EVENT(task_cancelled, reason)},
    {0},
};

const struct audit_rule task_audit_rules[] = {
    {.event = &task_created_event,
     .list = AUDIT_WORKSPACE,
     .action = "task.created",
     .target_type = "task",
     .target_id = OF_EVENT(task_created, task_id),
     .label = {OF_EVENT(task_created, type)},
     .metadata = created_details,
     .table = &nodes_table,
     .key = OF_EVENT(task_created, node_id),
     .unless = OF_EVENT(task_created, is_internal),
     .is_by_users_only = true},
    {.event = &task_team_run_created_event,
     .list = AUDIT_WORKSPACE,
     .action = "task.team-run.created",
     .target_type = "team",
     .target_id = OF_EVENT(task_team_run_created, team_id),
     .label = {OF_EVENT(task_team_run_created, team_name)},
     .metadata = team_run_details},
    {.event = &task_selection_run_created_event,
     .list = AUDIT_WORKSPACE,
     .action = "task.selection-run.created",
     .target_type = "selection",
     .target_id = OF_EVENT(task_selection_run_created, selection_id),
     .label =
         {OF_EVENT(task_selection_run_created, selection_name),
          OF_EVENT(task_selection_run_created, selector)},
     .metadata = selection_run_details},
    {STOPPED_TASK(task_cancel_requested), .metadata = cancel_requested_details},
    {STOPPED_TASK(task_cancelled), .metadata = cancelled_details},
    {NO_ENTRY(task_claimed, "Reported by the agent; the task shows it.")},
    {NO_ENTRY(task_requeued, "A deadline passed, or the agent was gone; the task shows it.")},
    {NO_ENTRY(task_started, "Reported by the agent; the task shows it.")},
    {NO_ENTRY(task_logged, "Reported by the agent; the task's log shows it.")},
    {NO_ENTRY(task_reported, "Reported by the agent; the task shows it.")},
    {NO_ENTRY(task_completed, "Reported by the agent; the task shows it.")},
    {NO_ENTRY(task_timed_out, "A deadline passed; the task shows it.")},
    {NO_ENTRY(task_abandoned, "Follows from what befell its node; the task shows it.")},
    {NO_ENTRY(task_retired, "Done by the program; what is shown of the tasks stays.")},
    {NO_ENTRY(task_output_dropped, "Done by the program; the task shows it.")},
    {NO_ENTRY(task_output_withheld, "Done by the program; the hold has an entry.")},
    {0},
};
