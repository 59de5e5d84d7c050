/*
 * Tables of the events of rolling runs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/rolling_events.h"

#include "core/time/window.h"

const char *const rolling_status_names[] = {"running",   "pausing",   "stopped",
                                            "completed", "cancelled", NULL};
const char *const target_status_names[] = {"pending",     "active",  "succeeded", "failed",
                                           "not_reached", "skipped", "cancelled", NULL};
const char *const target_reason_names[] = {
    "task_failed",         "task_timed_out", "task_abandoned",
    "task_cancelled",      "not_claimed",    "node_removed",
    "node_in_maintenance", "refused",        NULL};
const char *const rolling_stop_names[] = {"too_many_failures", "on_request", "owner_left", NULL};
const char *const rolling_cancellation_names[] = {"on_request", "workspace_deleted", NULL};

#define OF_RUN(type)                                                                               \
    UUID(type, run_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the rolling run."
#define GIVEN_REASON(type, number)                                                                 \
    TEXT(type, reason), .tag = number, .max = ROLLING_LONGEST_REASON,                              \
                        .doc = "Reason that was given."
#define TARGETS(type, sentence)                                                                    \
    LIST_OF(type, target_ids, KIND_UUID), .tag = 2, .flags = REQUIRED, .doc = sentence

static const struct field rolling_target_begun_fields[] = {
    {UUID(rolling_target_begun, target_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the target."},
    {UUID(rolling_target_begun, task_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the task that was made for it."},
};
const struct shape rolling_target_begun_shape =
    SHAPE(rolling_target_begun, "A target that a task was made for.");

static const struct field rolling_target_ended_fields[] = {
    {UUID(rolling_target_ended, target_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the target."},
    {ENUM(rolling_target_ended, status, target_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "What came of it."},
    {ENUM(rolling_target_ended, reason, target_reason_names), .tag = 3,
     .doc = "Reason why it did not succeed."},
    {TEXT(rolling_target_ended, detail), .tag = 4, .max = 512,
     .doc = "What stood in the way of a task."},
};
const struct shape rolling_target_ended_shape =
    SHAPE(rolling_target_ended, "A target that is over.");

static const struct field rolling_run_created_fields[] = {
    {OF_RUN(rolling_run_created)},
    {UUID(rolling_run_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the run belongs to."},
    {UUID(rolling_run_created, owner_user_id), .tag = 3, .flags = REQUIRED,
     .doc = "Person who created the run."},
    {TEXT(rolling_run_created, name), .tag = 4, .flags = REQUIRED, .max = ROLLING_LONGEST_NAME,
     .doc = "Name of the run."},
    {TEXT(rolling_run_created, type), .tag = 5, .flags = REQUIRED, .max = 120,
     .doc = "Type of its tasks."},
    {JSON(rolling_run_created, payload), .tag = 6, .flags = REQUIRED,
     .doc = "Parameters of its tasks, for the agents."},
    {UUID(rolling_run_created, template_id), .tag = 7, .doc = "Template that its tasks name."},
    {TEXT(rolling_run_created, template_name), .tag = 8, .max = 160,
     .doc = "Name of that template."},
    {INT64(rolling_run_created, template_version), .tag = 9,
     .doc = "Version that the template had."},
    {UUID(rolling_run_created, target_team_id), .tag = 10, .doc = "Team whose nodes it is for."},
    {TEXT(rolling_run_created, target_team_name), .tag = 11, .max = 120,
     .doc = "Name of that team."},
    {LIST_OF(rolling_run_created, node_ids, KIND_UUID), .tag = 12, .flags = REQUIRED,
     .doc = "Ids of the nodes that are its targets, in their order."},
    {INT64(rolling_run_created, canary), .tag = 13, .flags = REQUIRED,
     .doc = "Number of targets of the first wave; 0 for as many as of any other."},
    {INT64(rolling_run_created, wave_size), .tag = 14, .flags = REQUIRED,
     .doc = "Number of targets of a wave."},
    {INT64(rolling_run_created, wave_share), .tag = 15,
     .doc = "Share of all targets that a wave was asked to have, in per cent."},
    {INT64(rolling_run_created, pause_seconds), .tag = 16, .flags = REQUIRED,
     .doc = "Seconds between two waves."},
    {INT64(rolling_run_created, most_failures), .tag = 17, .flags = REQUIRED,
     .doc = "Number of failures that do not stop it."},
    {INT64(rolling_run_created, reach_seconds), .tag = 18, .flags = REQUIRED,
     .doc = "Seconds that a task may wait for its agent."},
    {TEXT(rolling_run_created, selector), .tag = 19, .max = 4096,
     .doc = "Condition on labels that matched the nodes."},
    {UUID(rolling_run_created, selection_id), .tag = 20, .doc = "Selection that it was saved as."},
    {TEXT(rolling_run_created, selection_name), .tag = 21, .max = 160,
     .doc = "Name of that selection."},
};
EVENT(
    rolling_run_created,
    EVT_ROLLING_RUN_CREATED,
    "rolling_run.created",
    "A rolling run was created: work for many nodes, done in waves.");

static const struct field rolling_run_wave_begun_fields[] = {
    {OF_RUN(rolling_run_wave_begun)},
    {BOOL(rolling_run_wave_begun, is_canary), .tag = 2, .flags = REQUIRED,
     .doc = "Whether it is the one that the rest waits for."},
    {OBJECTS(rolling_run_wave_begun, begun, rolling_target_begun), .tag = 3, .flags = REQUIRED,
     .doc = "Targets that tasks were made for."},
    {OBJECTS(rolling_run_wave_begun, ended, rolling_target_ended), .tag = 4, .flags = REQUIRED,
     .doc = "Targets of the wave that no task could be made for."},
    {TIMESTAMP(rolling_run_wave_begun, reach_at), .tag = 5,
     .doc = "Time at which tasks that still wait are given up."},
    {INT64(rolling_run_wave_begun, number), .tag = 6, .flags = REQUIRED,
     .doc = "Number of the wave, from 1."},
};
EVENT(
    rolling_run_wave_begun,
    EVT_ROLLING_RUN_WAVE_BEGUN,
    "rolling_run.wave_begun",
    "A wave of a rolling run began.");

static const struct field rolling_run_counted_fields[] = {
    {OF_RUN(rolling_run_counted)},
    {OBJECTS(rolling_run_counted, ended, rolling_target_ended), .tag = 2, .flags = REQUIRED,
     .doc = "Targets that are over."},
    {TIMESTAMP(rolling_run_counted, reach_at), .tag = 3,
     .doc = "Time at which tasks that still wait are given up."},
};
EVENT(
    rolling_run_counted,
    EVT_ROLLING_RUN_COUNTED,
    "rolling_run.counted",
    "Targets of a rolling run are over, and were counted.");

static const struct field rolling_run_paused_fields[] = {
    {OF_RUN(rolling_run_paused)},
    {TIMESTAMP(rolling_run_paused, until), .tag = 2, .flags = REQUIRED,
     .doc = "Time the next wave begins."},
};
EVENT(
    rolling_run_paused,
    EVT_ROLLING_RUN_PAUSED,
    "rolling_run.paused",
    "A wave of a rolling run is over, and the next one begins later.");

static const struct field rolling_run_stopped_fields[] = {
    {OF_RUN(rolling_run_stopped)},
    {ENUM(rolling_run_stopped, cause, rolling_stop_names), .tag = 2, .flags = REQUIRED,
     .doc = "What stopped it."},
    {GIVEN_REASON(rolling_run_stopped, 3)},
};
EVENT(
    rolling_run_stopped,
    EVT_ROLLING_RUN_STOPPED,
    "rolling_run.stopped",
    "A rolling run was stopped: no wave begins until it is resumed.");

static const struct field rolling_run_resumed_fields[] = {
    {OF_RUN(rolling_run_resumed)},
    {GIVEN_REASON(rolling_run_resumed, 2)},
};
EVENT(
    rolling_run_resumed,
    EVT_ROLLING_RUN_RESUMED,
    "rolling_run.resumed",
    "A rolling run that was stopped goes on with the rest, and may have as many failures again.");

static const struct field rolling_run_retried_fields[] = {
    {OF_RUN(rolling_run_retried)},
    {TARGETS(rolling_run_retried, "Targets that are pending again.")},
    {BOOL(rolling_run_retried, goes_on), .tag = 3, .flags = REQUIRED,
     .doc = "Whether the run goes on with them; else it stays as it is."},
    {GIVEN_REASON(rolling_run_retried, 4)},
    {INT64(rolling_run_retried, failed), .tag = 5, .flags = REQUIRED,
     .doc = "Number of them that had failed; the others were not reached."},
};
EVENT(
    rolling_run_retried,
    EVT_ROLLING_RUN_RETRIED,
    "rolling_run.retried",
    "Targets of a rolling run that had failed or were not reached are tried again.");

static const struct field rolling_run_skipped_fields[] = {
    {OF_RUN(rolling_run_skipped)},
    {TARGETS(rolling_run_skipped, "Targets that are left out.")},
    {GIVEN_REASON(rolling_run_skipped, 3)},
};
EVENT(
    rolling_run_skipped,
    EVT_ROLLING_RUN_SKIPPED,
    "rolling_run.skipped",
    "Targets of a rolling run were left out before a task was made for them.");

static const struct field rolling_run_completed_fields[] = {
    {OF_RUN(rolling_run_completed)},
    {INT64(rolling_run_completed, succeeded), .tag = 2, .flags = REQUIRED,
     .doc = "Number of targets that succeeded."},
    {INT64(rolling_run_completed, failed), .tag = 3, .flags = REQUIRED,
     .doc = "Number of targets that failed."},
    {INT64(rolling_run_completed, not_reached), .tag = 4, .flags = REQUIRED,
     .doc = "Number of targets that were not reached."},
    {INT64(rolling_run_completed, skipped), .tag = 5, .flags = REQUIRED,
     .doc = "Number of targets that were left out."},
};
EVENT(
    rolling_run_completed,
    EVT_ROLLING_RUN_COMPLETED,
    "rolling_run.completed",
    "All targets of a rolling run are over.");

static const struct field rolling_run_cancelled_fields[] = {
    {OF_RUN(rolling_run_cancelled)},
    {TARGETS(rolling_run_cancelled, "Targets that no task was made for.")},
    {ENUM(rolling_run_cancelled, cause, rolling_cancellation_names), .tag = 3, .flags = REQUIRED,
     .doc = "What ended it."},
    {GIVEN_REASON(rolling_run_cancelled, 4)},
};
EVENT(
    rolling_run_cancelled,
    EVT_ROLLING_RUN_CANCELLED,
    "rolling_run.cancelled",
    "A rolling run was cancelled: nothing of it is begun any more.");

static const struct field rolling_run_held_fields[] = {
    {OF_RUN(rolling_run_held)},
    {TEXT(rolling_run_held, window), .tag = 2, .flags = REQUIRED, .max = WINDOW_LONGEST_NAME,
     .doc = "Name of the window that is open."},
    {TIMESTAMP(rolling_run_held, until), .tag = 3, .flags = REQUIRED,
     .doc = "Time at which it is looked at again."},
};
EVENT(
    rolling_run_held,
    EVT_ROLLING_RUN_HELD,
    "rolling_run.held",
    "A wave of a rolling run was to begin, and was held back.");

const struct event_type *const rolling_event_types[] = {
    &rolling_run_created_event,   &rolling_run_wave_begun_event, &rolling_run_counted_event,
    &rolling_run_paused_event,    &rolling_run_stopped_event,    &rolling_run_resumed_event,
    &rolling_run_retried_event,   &rolling_run_skipped_event,    &rolling_run_completed_event,
    &rolling_run_cancelled_event, &rolling_run_held_event,       NULL,
};
