/*
 * Rollouts: a release of the agent, brought to nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/rollout/rollouts.h"

static const struct field rollout_row_fields[] = {
    {UUID(rollout_row, id), .flags = REQUIRED, .doc = "Id of the rollout."},
    {TEXT(rollout_row, target_version), .flags = REQUIRED,
     .doc = "Version that the agents are to have."},
    {ENUM(rollout_row, status, rollout_status_names), .flags = REQUIRED,
     .doc = "Status of the rollout."},
    {BOOL(rollout_row, rollback), .flags = REQUIRED,
     .doc = "Whether it was said to be a way back."},
    {UUID(rollout_row, requested_by_user_id), .doc = "Person who created it."},
    {TEXT(rollout_row, status_message), .doc = "What happened last, in words."},
    {TIMESTAMP(rollout_row, started_at), .doc = "Time its first update began."},
    {TIMESTAMP(rollout_row, completed_at), .doc = "Time nothing was left to update."},
    {TIMESTAMP(rollout_row, cancelled_at), .doc = "Time it was cancelled."},
    {INT64(rollout_row, canary), .flags = OMIT_ABSENT,
     .doc = "Number of targets of the first wave, where it is another than of the others."},
    {INT64(rollout_row, wave_size), .flags = OMIT_ABSENT,
     .doc = "Number of targets that are updated at the same time, where it is more than one."},
    {INT64(rollout_row, most_failures), .flags = OMIT_ABSENT,
     .doc = "Number of failures that do not pause it yet, where it is more than none."},
    {INT64(rollout_row, pause_seconds), .flags = OMIT_ABSENT,
     .doc = "Seconds from the end of a wave to the next one, where there are any."},
    {TIMESTAMP(rollout_row, paused_until), .flags = OMIT_ABSENT,
     .doc = "Time the next wave begins; left out where none waits."},
    {TEXT(rollout_row, held_by), .flags = OMIT_ABSENT,
     .doc =
         "Window of a node's workspace that the next wave waits for; left out where it waits for "
         "none."},
    {TIMESTAMP(rollout_row, created_at), .flags = REQUIRED, .doc = "Time it was created."},
    {TIMESTAMP(rollout_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(rollout_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape rollout_row_shape =
    SHAPE(rollout_row, "A rollout: a release of the agent, brought to nodes.");

static const struct table_index indexes[] = {
    {.columns = "created_at, id"},
    {.columns = NULL},
};

const struct table rollouts_table = {
    .name = "rollouts",
    .area = "rollout",
    .shape = &rollout_row_shape,
    .indexes = indexes,
};
