/*
 * Tables of what the write model keeps of rolling runs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling.h"

static const struct field rolling_run_fields[] = {
    {UUID(rolling_run, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the run."},
    {UUID(rolling_run, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the run belongs to."},
    {UUID(rolling_run, owner_user_id), .tag = 3, .doc = "Person who created it."},
    {ENUM(rolling_run, status, rolling_status_names), .tag = 4, .doc = "How it stands."},
    {INT64(rolling_run, canary), .tag = 5, .flags = REQUIRED,
     .doc = "Number of targets of the first wave."},
    {INT64(rolling_run, wave_size), .tag = 6, .flags = REQUIRED,
     .doc = "Number of targets of a wave."},
    {INT64(rolling_run, most_failures), .tag = 7, .flags = REQUIRED,
     .doc = "Number of failures that do not stop it."},
    {INT64(rolling_run, pause_seconds), .tag = 8, .flags = REQUIRED,
     .doc = "Seconds between two waves."},
    {INT64(rolling_run, reach_seconds), .tag = 9, .flags = REQUIRED,
     .doc = "Seconds that a task may wait for its agent."},
    {INT64(rolling_run, pending), .tag = 10, .flags = REQUIRED, .doc = "Number of such targets."},
    {INT64(rolling_run, active), .tag = 11, .flags = REQUIRED, .doc = "Number of such targets."},
    {INT64(rolling_run, succeeded), .tag = 12, .flags = REQUIRED, .doc = "Number of such targets."},
    {INT64(rolling_run, failed), .tag = 13, .flags = REQUIRED, .doc = "Number of such targets."},
    {INT64(rolling_run, not_reached), .tag = 14, .flags = REQUIRED,
     .doc = "Number of such targets."},
    {INT64(rolling_run, skipped), .tag = 15, .flags = REQUIRED, .doc = "Number of such targets."},
    {INT64(rolling_run, failures), .tag = 16, .flags = REQUIRED,
     .doc = "Number of failures that count."},
    {BOOL(rolling_run, is_canary), .tag = 17, .doc = "Whether its wave is the canary."},
    {BOOL(rolling_run, has_begun), .tag = 18, .doc = "Whether a wave has begun."},
    {TIMESTAMP(rolling_run, paused_until), .tag = 19, .doc = "Time the next wave begins."},
    {TIMESTAMP(rolling_run, next_at), .tag = 20, .doc = "Time to ask what is next."},
    {TIMESTAMP(rolling_run, count_at), .tag = 21, .doc = "Time to count ends of tasks."},
    {TIMESTAMP(rolling_run, reach_at), .tag = 22, .doc = "Time to look for tasks that still wait."},
    {INT64(rolling_run, waves), .tag = 23, .flags = REQUIRED,
     .doc = "Number of waves that have begun."},
    {BOOL(rolling_run, is_held), .tag = 24, .doc = "Whether it pauses because a window is open."},
};
static const struct shape rolling_run_shape = SHAPE(rolling_run, "State of a rolling run.");
const struct aggregate rolling_run_aggregate = {
    STATE_ROLLING_RUN, "rolling_run", &rolling_run_shape};

static const struct field rolling_work_fields[] = {
    {UUID(rolling_work, target_team_id), .tag = 1, .doc = "Team whose nodes it is for."},
    {UUID(rolling_work, template_id), .tag = 2, .doc = "Template that its tasks name."},
    {TEXT(rolling_work, template_name), .tag = 3, .doc = "Name of that template."},
    {INT64(rolling_work, template_version), .tag = 4, .doc = "Version that it had."},
    {TEXT(rolling_work, type), .tag = 5, .flags = REQUIRED, .doc = "Type of its tasks."},
    {JSON(rolling_work, payload), .tag = 6, .flags = REQUIRED, .doc = "Parameters of its tasks."},
};
static const struct shape rolling_work_shape =
    SHAPE(rolling_work, "What the tasks of a rolling run are to do.");
const struct aggregate rolling_work_aggregate = {
    STATE_ROLLING_WORK, "rolling_work", &rolling_work_shape};

static const struct field rolling_target_fields[] = {
    {UUID(rolling_target, run_id), .tag = 1, .flags = REQUIRED,
     .doc = "Rolling run that it is of."},
    {UUID(rolling_target, node_id), .tag = 2, .flags = REQUIRED, .doc = "Node that it is."},
    {UUID(rolling_target, task_id), .tag = 3, .doc = "Newest task that was made for it."},
};
static const struct shape rolling_target_shape =
    SHAPE(rolling_target, "State of a target of a rolling run.");
const struct aggregate rolling_target_aggregate = {
    STATE_ROLLING_TARGET, "rolling_target", &rolling_target_shape};
