/*
 * Tables of the events of rollouts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/rollout_events.h"

#include "core/shape/alteration.h"
#include "core/time/window.h"

const char *const rollout_status_names[] = {"queued",    "running",   "paused",
                                            "completed", "cancelled", NULL};
const char *const update_status_names[] = {
    "pending",
    "dispatched",
    "downloading",
    "verifying",
    "installing",
    "restarting",
    "waiting_for_reconnect",
    "completed",
    "failed",
    "skipped",
    "cancelled",
    NULL};
const char *const update_failure_names[] = {"reported", "task", "silence", "refused", NULL};

#define OF_ROLLOUT(type)                                                                           \
    UUID(type, rollout_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the rollout."
#define OF_TARGET(type)                                                                            \
    UUID(type, target_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the target."
#define OF_NODE(type)                                                                              \
    UUID(type, node_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the target's node."
#define GOES_ON(type)                                                                              \
    BOOL(type, goes_on), .tag = 3, .flags = REQUIRED,                                              \
                         .doc = "Whether the rollout goes on; else it stays as it is."

static const struct field rollout_artifact_fields[] = {
    {TEXT(rollout_artifact, arch), .tag = 1, .flags = ONE_LINE | REQUIRED, .max = 64,
     .doc = "Architecture that the program is for."},
    {TEXT(rollout_artifact, binary_url), .tag = 2, .flags = ONE_LINE | REQUIRED, .max = 2048,
     .doc = "Address of the program."},
    {TEXT(rollout_artifact, sha256), .tag = 3, .flags = ONE_LINE | REQUIRED, .max = 64,
     .doc = "SHA-256 digest of the program, in hexadecimal."},
};
const struct shape rollout_artifact_shape =
    SHAPE(rollout_artifact, "The program of a release for one architecture.");

static const struct field rollout_node_fields[] = {
    {UUID(rollout_node, workspace_id), .tag = 1, .flags = REQUIRED,
     .doc = "Workspace that the node belongs to."},
    {UUID(rollout_node, team_id), .tag = 2, .doc = "Team that the node is assigned to."},
    {TEXT(rollout_node, name), .tag = 3, .flags = REQUIRED, .max = 255,
     .doc = "Name of the node, or its host name."},
    {TEXT(rollout_node, previous_version), .tag = 4, .max = 255,
     .doc = "Version of its agent at the time."},
};
const struct shape rollout_node_shape = SHAPE(rollout_node, "A node as it was then.");

static const struct field rollout_created_fields[] = {
    {OF_ROLLOUT(rollout_created)},
    {TEXT(rollout_created, target_version), .tag = 2, .flags = REQUIRED,
     .max = ROLLOUT_LONGEST_VERSION, .doc = "Version that the agents are to have."},
    {BOOL(rollout_created, rollback), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it was said to be a way back."},
    {TEXT(rollout_created, commit), .tag = 4, .max = 255,
     .doc = "Commit that the release was made from."},
    {OBJECTS(rollout_created, artifacts, rollout_artifact), .tag = 5, .flags = REQUIRED,
     .doc = "Programs of the release."},
    {LIST_OF(rollout_created, node_ids, KIND_UUID), .tag = 6, .flags = REQUIRED,
     .doc = "Ids of the nodes that are its targets, in their order."},
    {OBJECTS(rollout_created, nodes, rollout_node), .tag = 7, .flags = REQUIRED,
     .doc = "What these nodes were then, in the same order."},
    {INT64(rollout_created, canary), .tag = 8, .flags = REQUIRED,
     .doc = "Number of targets of the first wave; 0 for as many as of any other."},
    {INT64(rollout_created, wave_size), .tag = 9, .flags = REQUIRED,
     .doc = "Number of targets that are updated at the same time."},
    {INT64(rollout_created, most_failures), .tag = 10, .flags = REQUIRED,
     .doc = "Number of failures that do not pause it yet."},
    {INT64(rollout_created, pause_seconds), .tag = 11,
     .doc = "Seconds from the end of a wave to the next one, where there are any."},
};
EVENT(
    rollout_created,
    EVT_ROLLOUT_CREATED,
    "rollout.created",
    "A rollout was created: a release of the agent for some nodes.");

static const struct field rollout_dispatched_fields[] = {
    {OF_ROLLOUT(rollout_dispatched)},
    {OF_TARGET(rollout_dispatched)},
    {OF_NODE(rollout_dispatched)},
    {UUID(rollout_dispatched, task_id), .tag = 4, .flags = REQUIRED,
     .doc = "Id of the task that was made for it."},
};
EVENT(
    rollout_dispatched,
    EVT_ROLLOUT_DISPATCHED,
    "rollout.dispatched",
    "A task was made that updates the agent of a rollout's target.");

static const struct field rollout_progressed_fields[] = {
    {OF_ROLLOUT(rollout_progressed)},
    {OF_TARGET(rollout_progressed)},
    {ENUM(rollout_progressed, status, update_status_names), .tag = 3, .flags = REQUIRED,
     .doc = "What the agent does."},
    {INT64(rollout_progressed, progress_percent), .tag = 4, .flags = REQUIRED,
     .doc = "How far it has come, in per cent."},
    {TEXT(rollout_progressed, message), .tag = 5, .max = ROLLOUT_LONGEST_MESSAGE,
     .doc = "What it says about that."},
    {OBJECTS(rollout_progressed, altered, alteration), .tag = 6,
     .doc = "What was altered of the report so that it could be taken."},
};
EVENT(
    rollout_progressed,
    EVT_ROLLOUT_PROGRESSED,
    "rollout.progressed",
    "The agent of a rollout's target told how far its update has come.");

static const struct field rollout_confirmed_fields[] = {
    {OF_ROLLOUT(rollout_confirmed)},
    {OF_TARGET(rollout_confirmed)},
    {OF_NODE(rollout_confirmed)},
};
EVENT(
    rollout_confirmed,
    EVT_ROLLOUT_CONFIRMED,
    "rollout.confirmed",
    "The agent of a rollout's target has shown that it is of the version that was wanted.");

static const struct field rollout_failed_fields[] = {
    {OF_ROLLOUT(rollout_failed)},
    {OF_TARGET(rollout_failed)},
    {OF_NODE(rollout_failed)},
    {ENUM(rollout_failed, cause, update_failure_names), .tag = 4, .flags = REQUIRED,
     .doc = "What told of the failure."},
    {TEXT(rollout_failed, message), .tag = 5, .flags = REQUIRED, .max = ROLLOUT_LONGEST_MESSAGE,
     .doc = "What failed, in plain words."},
    {BOOL(rollout_failed, pauses), .tag = 6, .flags = REQUIRED,
     .doc = "Whether the rollout is paused from now on."},
    {OBJECTS(rollout_failed, altered, alteration), .tag = 7,
     .doc = "What was altered of the report so that it could be taken."},
};
EVENT(
    rollout_failed,
    EVT_ROLLOUT_FAILED,
    "rollout.failed",
    "The update of a rollout's target failed.");

static const struct field rollout_retried_fields[] = {
    {OF_ROLLOUT(rollout_retried)},
    {OF_TARGET(rollout_retried)},
    {GOES_ON(rollout_retried)},
};
EVENT(
    rollout_retried,
    EVT_ROLLOUT_RETRIED,
    "rollout.retried",
    "A target of a rollout that had failed is tried again.");

static const struct field rollout_skipped_fields[] = {
    {OF_ROLLOUT(rollout_skipped)},
    {OF_TARGET(rollout_skipped)},
    {GOES_ON(rollout_skipped)},
};
EVENT(
    rollout_skipped,
    EVT_ROLLOUT_SKIPPED,
    "rollout.skipped",
    "A target of a rollout that had failed was left out.");

static const struct field rollout_resumed_fields[] = {{OF_ROLLOUT(rollout_resumed)}};
EVENT(
    rollout_resumed,
    EVT_ROLLOUT_RESUMED,
    "rollout.resumed",
    "A rollout that was paused goes on with the rest.");

static const struct field rollout_completed_fields[] = {{OF_ROLLOUT(rollout_completed)}};
EVENT(
    rollout_completed,
    EVT_ROLLOUT_COMPLETED,
    "rollout.completed",
    "No target of a rollout is left that was to be updated.");

static const struct field rollout_cancelled_fields[] = {
    {OF_ROLLOUT(rollout_cancelled)},
    {LIST_OF(rollout_cancelled, target_ids, KIND_UUID), .tag = 2, .flags = REQUIRED,
     .doc = "Targets that were not over."},
};
EVENT(
    rollout_cancelled,
    EVT_ROLLOUT_CANCELLED,
    "rollout.cancelled",
    "A rollout was cancelled: nothing of it is begun any more.");

static const struct field rollout_held_fields[] = {
    {OF_ROLLOUT(rollout_held)},
    {TIMESTAMP(rollout_held, until), .tag = 2, .flags = REQUIRED,
     .doc = "Time at which it is looked at again."},
    {TEXT(rollout_held, window), .tag = 3, .max = WINDOW_LONGEST_NAME,
     .doc = "Name of the window that is open; absent for the pause between two waves."},
    {UUID(rollout_held, workspace_id), .tag = 4, .doc = "Workspace that the window belongs to."},
};
EVENT(
    rollout_held,
    EVT_ROLLOUT_HELD,
    "rollout.held",
    "A wave of a rollout was to begin, and was held back.");

const struct event_type *const rollout_event_types[] = {
    &rollout_created_event,   &rollout_dispatched_event, &rollout_progressed_event,
    &rollout_confirmed_event, &rollout_failed_event,     &rollout_retried_event,
    &rollout_skipped_event,   &rollout_resumed_event,    &rollout_completed_event,
    &rollout_cancelled_event, &rollout_held_event,       NULL,
};
