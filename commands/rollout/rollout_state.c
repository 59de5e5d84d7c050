/*
 * What is kept of rollouts and of the targets of the newest.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"
#include "eventlog/events/task_events.h"

static const struct field rollout_fields[] = {
    {UUID(rollout, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the rollout."},
    {ENUM(rollout, status, rollout_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "Status of the rollout."},
    {TEXT(rollout, target_version), .tag = 3, .flags = REQUIRED,
     .doc = "Version that the agents are to have."},
    {BOOL(rollout, rollback), .tag = 4, .flags = REQUIRED,
     .doc = "Whether it was said to be a way back."},
    {INT64(rollout, canary), .tag = 5, .flags = REQUIRED,
     .doc = "Number of targets of the first wave."},
    {INT64(rollout, wave_size), .tag = 6, .flags = REQUIRED, .doc = "Number of targets of a wave."},
    {INT64(rollout, most_failures), .tag = 7, .flags = REQUIRED,
     .doc = "Number of failures that do not pause it yet."},
    {INT64(rollout, targets), .tag = 8, .flags = REQUIRED, .doc = "Number of its targets."},
    {INT64(rollout, pending), .tag = 9, .flags = REQUIRED, .doc = "Number of those that wait."},
    {INT64(rollout, active), .tag = 10, .flags = REQUIRED,
     .doc = "Number of those that are being updated."},
    {INT64(rollout, failed), .tag = 11, .flags = REQUIRED, .doc = "Number of those that failed."},
    {BOOL(rollout, has_begun), .tag = 12, .flags = REQUIRED,
     .doc = "Whether anything was dispatched."},
    {TIMESTAMP(rollout, next_at), .tag = 13, .doc = "Time to begin what is next."},
    {INT64(rollout, pause_seconds), .tag = 14, .doc = "Seconds between two waves."},
    {TIMESTAMP(rollout, paused_until), .tag = 15, .doc = "Time the next wave begins."},
    {UUID(rollout, held_for), .tag = 16, .doc = "Workspace whose window it waits for."},
};
static const struct shape rollout_shape = SHAPE(rollout, "State of a rollout.");
const struct aggregate rollout_aggregate = {STATE_ROLLOUT, "rollout", &rollout_shape};

static const struct field update_fields[] = {
    {TIMESTAMP(update, seen_at), .tag = 18,
     .doc = "Time the version was seen while the target was not over."},
    {TIMESTAMP(update, task_ended_at), .tag = 19, .doc = "Time its task ended without success."},
    {ENUM(update, task_status, task_status_names), .tag = 20, .doc = "Status of its task then."},
    {TIMESTAMP(update, heard_at), .tag = 21, .doc = "Time that patience with it begins."},
};
static const struct shape update_shape =
    SHAPE_WITH(update, "State of a target of a rollout.", .base = &rollout_target_shape);
const struct aggregate update_aggregate = {STATE_UPDATE, "update", &update_shape};
