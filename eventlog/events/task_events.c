/*
 * Tables of the events of tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/task_events.h"

#include "core/shape/alteration.h"

const char *const task_status_names[] = {"queued",  "accepted", "claimed",   "running",
                                         "success", "failed",   "cancelled", NULL};
const char *const task_requeue_names[] = {"lease_expired", "released", NULL};
const char *const task_abandonment_names[] = {
    "node_removed", "workspace_deleted", "agent_restarted", NULL};
const char *const task_log_level_names[] = {"info", "stdout", "stderr", "error", NULL};

static const struct field task_secret_fields[] = {
    {TEXT(task_secret, variable), .tag = 1, .flags = REQUIRED,
     .doc = "Variable of the task's environment."},
    {TEXT(task_secret, secret), .tag = 2, .flags = REQUIRED, .doc = "Name of the secret."},
};
const struct shape task_secret_shape = SHAPE(task_secret, "A secret that a task is to be given.");

static const struct field task_created_fields[] = {
    {UUID(task_created, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {UUID(task_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the task belongs to."},
    {UUID(task_created, node_id), .tag = 3, .flags = REQUIRED,
     .doc = "Node that is to run the task."},
    {UUID(task_created, target_team_id), .tag = 4, .doc = "Team whose nodes were given the task."},
    {UUID(task_created, template_id), .tag = 5, .doc = "Template that the task was made from."},
    {TEXT(task_created, template_name), .tag = 6, .max = 160, .doc = "Name of the template."},
    {TEXT(task_created, type), .tag = 7, .flags = REQUIRED, .max = 120, .doc = "Type of the task."},
    {JSON(task_created, payload), .tag = 8, .flags = REQUIRED,
     .doc = "Parameters of the task, for the agent."},
    {BOOL(task_created, is_internal), .tag = 9, .flags = REQUIRED,
     .doc = "Whether the program made the task for itself and lists do not show it."},
    {INT64(task_created, template_version), .tag = 10,
     .doc = "Version that the template had then."},
    {UUID(task_created, rolling_run_id), .tag = 11, .doc = "Rolling run that made the task."},
    {UUID(task_created, rolling_target_id), .tag = 12,
     .doc = "Target of that run that the task is for."},
    {OBJECTS(task_created, secrets, task_secret), .tag = 13,
     .doc = "Secrets that its payload refers to."},
};
EVENT(
    task_created,
    EVT_TASK_CREATED,
    "task.created",
    "A task was created and waits for its node's agent.");

static const struct field task_claimed_fields[] = {
    {UUID(task_claimed, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {UUID(task_claimed, node_id), .tag = 2, .flags = REQUIRED,
     .doc = "Node whose agent claimed the task."},
    {UUID(task_claimed, claim_token), .tag = 3, .flags = REQUIRED, .doc = "Id of the claim."},
    {TIMESTAMP(task_claimed, lease_until), .tag = 4, .flags = REQUIRED,
     .doc = "Time until which the task must have started."},
};
EVENT(task_claimed, EVT_TASK_CLAIMED, "task.claimed", "An agent claimed a task.");

static const struct field task_requeued_fields[] = {
    {UUID(task_requeued, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {UUID(task_requeued, node_id), .tag = 2, .flags = REQUIRED,
     .doc = "Node that the task is for."},
    {ENUM(task_requeued, reason, task_requeue_names), .tag = 3, .flags = REQUIRED,
     .doc = "Reason why the task waits again."},
};
EVENT(
    task_requeued,
    EVT_TASK_REQUEUED,
    "task.requeued",
    "A claimed task was put back into its node's queue.");

static const struct field task_started_fields[] = {
    {UUID(task_started, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {TIMESTAMP(task_started, started_at), .tag = 2, .flags = REQUIRED,
     .doc = "Time the task began."},
    {BOOL(task_started, is_by_agent), .tag = 3,
     .doc = "Whether that is by the agent's clock; else it is by the server's."},
};
EVENT(task_started, EVT_TASK_STARTED, "task.started", "An agent started a task.");

static const struct field task_log_line_fields[] = {
    {ENUM(task_log_line, level, task_log_level_names), .tag = 1, .flags = REQUIRED,
     .doc = "Stream that the line was written to."},
    {TEXT(task_log_line, message), .tag = 2, .flags = REQUIRED, .max = 5000,
     .doc = "Text of the line."},
    {TIMESTAMP(task_log_line, timestamp), .tag = 3,
     .doc = "Time of the line by the agent's clock."},
};
const struct shape task_log_line_shape = SHAPE(task_log_line, "One line of a task's output.");

static const struct field task_logged_fields[] = {
    {UUID(task_logged, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {OBJECTS(task_logged, lines, task_log_line), .tag = 2, .flags = REQUIRED, .max = 513,
     .doc = "Lines of output, in order."},
    {OBJECTS(task_logged, altered, alteration), .tag = 3,
     .doc = "What was altered of the report so that it could be taken."},
};
EVENT_WITH(
    task_logged,
    EVT_TASK_LOGGED,
    "task.logged",
    "A running task wrote output.",
    SHAPE(task_logged, "A running task wrote output."),
    .schema = 1,
    .is_droppable = true);

static const struct field task_reported_fields[] = {
    {UUID(task_reported, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {JSON(task_reported, result), .tag = 2, .doc = "Result that the agent reported."},
    {TEXT(task_reported, output), .tag = 3, .max = 8000,
     .doc = "Output of the task, cut when long."},
    {BOOL(task_reported, is_output_truncated), .tag = 4, .flags = REQUIRED,
     .doc = "Whether the output was cut."},
};
EVENT_WITH(
    task_reported,
    EVT_TASK_REPORTED,
    "task.reported",
    "An agent told what came of a task, which ends with that.",
    SHAPE(task_reported, "An agent told what came of a task, which ends with that."),
    .schema = 1,
    .is_droppable = true);

static const struct field task_completed_fields[] = {
    {UUID(task_completed, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {ENUM(task_completed, status, task_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Outcome of the task."},
    {JSON(task_completed, result), .tag = 3,
     .doc = "Result that the agent reported, where no task.reported tells."},
    {TEXT(task_completed, output), .tag = 4, .max = 8000,
     .doc = "Output of the task, where no task.reported tells."},
    {BOOL(task_completed, is_output_truncated), .tag = 5, .flags = REQUIRED,
     .doc = "Whether that output was cut."},
    {TIMESTAMP(task_completed, started_at), .tag = 6,
     .doc =
         "Time the task began, where it was not known before, or by another clock than the end."},
    {TIMESTAMP(task_completed, finished_at), .tag = 7, .flags = REQUIRED,
     .doc = "Time the task ended, by the clock of its start."},
    {OBJECTS(task_completed, altered, alteration), .tag = 8,
     .doc = "What was altered of the report so that it could be taken."},
    {TIMESTAMP(task_completed, said_finished_at), .tag = 9,
     .doc = "Time the task ended by the agent's clock, as it said."},
};
EVENT(task_completed, EVT_TASK_COMPLETED, "task.completed", "An agent completed a task.");

static const struct field task_cancel_requested_fields[] = {
    {UUID(task_cancel_requested, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {TEXT(task_cancel_requested, reason), .tag = 2, .max = 500, .doc = "Reason that was given."},
};
EVENT(
    task_cancel_requested,
    EVT_TASK_CANCEL_REQUESTED,
    "task.cancel_requested",
    "A running task was asked to stop.");

static const struct field task_cancelled_fields[] = {
    {UUID(task_cancelled, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {TEXT(task_cancelled, reason), .tag = 2, .max = 500, .doc = "Reason that was given."},
};
EVENT(task_cancelled, EVT_TASK_CANCELLED, "task.cancelled", "A task was cancelled before it ran.");

static const struct field task_timed_out_fields[] = {
    {UUID(task_timed_out, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {ENUM(task_timed_out, previous_status, task_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status that the task timed out in."},
    {TIMESTAMP(task_timed_out, started_at), .tag = 3,
     .doc = "Time the task began by the server's clock, where the agent's was recorded."},
};
EVENT(
    task_timed_out,
    EVT_TASK_TIMED_OUT,
    "task.timed_out",
    "A task waited or ran for too long and failed.");

static const struct field task_abandoned_fields[] = {
    {UUID(task_abandoned, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {ENUM(task_abandoned, reason, task_abandonment_names), .tag = 2, .flags = REQUIRED,
     .doc = "Reason why nobody runs the task any more."},
    {TIMESTAMP(task_abandoned, started_at), .tag = 3,
     .doc = "Time the task began by the server's clock, where the agent's was recorded."},
};
EVENT(
    task_abandoned,
    EVT_TASK_ABANDONED,
    "task.abandoned",
    "A running task failed because its agent is gone.");

static const struct field task_output_dropped_fields[] = {
    {UUID(task_output_dropped, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {TEXT(task_output_dropped, rule), .tag = 2, .flags = REQUIRED, .max = 120,
     .doc = "Setting that says how long bodies are kept."},
    {LIST_OF(task_output_dropped, positions, KIND_INT64), .tag = 3, .flags = REQUIRED, .max = 1000,
     .doc = "Positions of the events whose bodies are dropped, oldest first."},
    {TIMESTAMP(task_output_dropped, ended_at), .tag = 4, .flags = REQUIRED,
     .doc = "Time its end was recorded."},
    {BOOL(task_output_dropped, is_last), .tag = 5, .flags = REQUIRED,
     .doc = "Whether nothing is left to drop."},
};
static struct list dropped_positions(const void *event)
{
    return ((const struct task_output_dropped *)event)->positions;
}
static const struct event_type *const output_types[] = {
    &task_logged_event, &task_reported_event, NULL};
EVENT_WITH(
    task_output_dropped,
    EVT_TASK_OUTPUT_DROPPED,
    "task.output_dropped",
    "Output of a task was dropped.",
    SHAPE(task_output_dropped, "Output of a task was dropped."),
    .schema = 1,
    .drops = output_types,
    .dropped = dropped_positions);

static const struct field task_output_withheld_fields[] = {
    {UUID(task_output_withheld, task_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the task."},
    {UUID(task_output_withheld, hold_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the hold that is over it."},
    {TEXT(task_output_withheld, rule), .tag = 3, .flags = REQUIRED, .max = 64,
     .doc = "Rule that the setting gave way to: hold."},
};
EVENT(
    task_output_withheld,
    EVT_TASK_OUTPUT_WITHHELD,
    "task.output_withheld",
    "What is left of a task's output is not dropped, because a legal hold is over it.");

static const struct field task_team_run_created_fields[] = {
    {UUID(task_team_run_created, run_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the run."},
    {UUID(task_team_run_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace of the team."},
    {UUID(task_team_run_created, team_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the team."},
    {TEXT(task_team_run_created, team_name), .tag = 4, .max = 200,
     .doc = "Name of the team at the time."},
    {TEXT(task_team_run_created, type), .tag = 5, .flags = REQUIRED, .max = 120,
     .doc = "Type of the tasks."},
    {LIST_OF(task_team_run_created, task_ids, KIND_UUID), .tag = 6, .flags = REQUIRED, .max = 10000,
     .doc = "Ids of the tasks, one for each node that could take work."},
};
EVENT(
    task_team_run_created,
    EVT_TASK_TEAM_RUN_CREATED,
    "task.team_run_created",
    "A task was created for each node of a team.");

static const struct field task_selection_run_created_fields[] = {
    {UUID(task_selection_run_created, run_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the run."},
    {UUID(task_selection_run_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace of the nodes."},
    {TEXT(task_selection_run_created, selector), .tag = 3, .flags = REQUIRED, .max = 4096,
     .doc = "Condition on labels that matched the nodes."},
    {UUID(task_selection_run_created, selection_id), .tag = 4,
     .doc = "Selection that it was saved as."},
    {TEXT(task_selection_run_created, selection_name), .tag = 5, .max = 160,
     .doc = "Name of that selection."},
    {TEXT(task_selection_run_created, type), .tag = 6, .flags = REQUIRED, .max = 120,
     .doc = "Type of the tasks."},
    {LIST_OF(task_selection_run_created, task_ids, KIND_UUID), .tag = 7, .flags = REQUIRED,
     .max = 10000, .doc = "Ids of the tasks, in the order of their nodes."},
};
EVENT(
    task_selection_run_created,
    EVT_TASK_SELECTION_RUN_CREATED,
    "task.selection_run_created",
    "A task was created for each node that a selector matched.");

static const struct field task_retired_fields[] = {
    {TEXT(task_retired, rule), .tag = 1, .flags = REQUIRED, .max = 100,
     .doc = "Setting that says how long after their ends."},
    {LIST_OF(task_retired, task_ids, KIND_UUID), .tag = 2, .flags = REQUIRED, .max = 1000,
     .doc = "Ids of the tasks."},
};
EVENT(
    task_retired,
    EVT_TASK_RETIRED,
    "task.retired",
    "Tasks that ended long ago left the write model.");

const struct event_type *const task_event_types[] = {
    &task_created_event,
    &task_claimed_event,
    &task_requeued_event,
    &task_started_event,
    &task_logged_event,
    &task_reported_event,
    &task_completed_event,
    &task_cancel_requested_event,
    &task_cancelled_event,
    &task_timed_out_event,
    &task_team_run_created_event,
    &task_selection_run_created_event,
    &task_abandoned_event,
    &task_retired_event,
    &task_output_dropped_event,
    &task_output_withheld_event,
    NULL,
};
