/*
 * Rolling runs: work for many nodes, done in waves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/rolling/rolling_runs.h"

static const struct field rolling_run_row_fields[] = {
    {UUID(rolling_run_row, id), .flags = REQUIRED, .doc = "Id of the rolling run."},
    {UUID(rolling_run_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the run belongs to."},
    {UUID(rolling_run_row, owner_user_id), .flags = REQUIRED, .doc = "Person who created the run."},
    {TEXT(rolling_run_row, name), .flags = REQUIRED, .doc = "Name of the run."},
    {ENUM(rolling_run_row, status, rolling_status_names), .flags = REQUIRED,
     .doc = "Status of the run."},
    {TEXT(rolling_run_row, type), .flags = REQUIRED, .doc = "Type of its tasks."},
    {JSON(rolling_run_row, payload), .flags = REQUIRED, .doc = "Parameters of its tasks."},
    {UUID(rolling_run_row, template_id), .doc = "Template that its tasks are made from."},
    {TEXT(rolling_run_row, template_name), .doc = "Name that the template had."},
    {INT64(rolling_run_row, template_version), .doc = "Version that the template had."},
    {UUID(rolling_run_row, target_team_id), .doc = "Team whose nodes it is for."},
    {TEXT(rolling_run_row, target_team_name), .doc = "Name that the team had."},
    {INT64(rolling_run_row, canary), .flags = REQUIRED,
     .doc = "Number of targets of the first wave; 0 for as many as of any other."},
    {INT64(rolling_run_row, wave_size), .flags = REQUIRED, .doc = "Number of targets of a wave."},
    {INT64(rolling_run_row, wave_share),
     .doc = "Share of all targets that a wave was asked to have, in per cent."},
    {INT64(rolling_run_row, pause_seconds), .flags = REQUIRED,
     .doc = "Seconds from the end of a wave to the next one."},
    {INT64(rolling_run_row, most_failures), .flags = REQUIRED,
     .doc = "Number of failures that do not stop it yet."},
    {INT64(rolling_run_row, reach_seconds), .flags = REQUIRED,
     .doc = "Seconds that a task may wait for its agent."},
    {INT64(rolling_run_row, targets), .flags = REQUIRED, .doc = "Number of its targets."},
    {INT64(rolling_run_row, pending), .flags = REQUIRED,
     .doc = "Number of targets that no task was made for yet."},
    {INT64(rolling_run_row, active), .flags = REQUIRED,
     .doc = "Number of targets whose task is not over."},
    {INT64(rolling_run_row, succeeded), .flags = REQUIRED,
     .doc = "Number of targets that succeeded."},
    {INT64(rolling_run_row, failed), .flags = REQUIRED, .doc = "Number of targets that failed."},
    {INT64(rolling_run_row, not_reached), .flags = REQUIRED,
     .doc = "Number of targets that were not reached."},
    {INT64(rolling_run_row, skipped), .flags = REQUIRED,
     .doc = "Number of targets that were left out."},
    {INT64(rolling_run_row, cancelled), .flags = REQUIRED,
     .doc = "Number of targets that were cancelled with the run."},
    {INT64(rolling_run_row, waves), .flags = REQUIRED, .doc = "Number of waves that have begun."},
    {TIMESTAMP(rolling_run_row, paused_until),
     .doc = "Time the next wave begins; null where it does not pause."},
    {ENUM(rolling_run_row, stopped_by, rolling_stop_names),
     .doc = "What stopped it; null where it is not stopped."},
    {TEXT(rolling_run_row, reason),
     .doc = "Reason that was given for what somebody last did with it."},
    {TIMESTAMP(rolling_run_row, created_at), .flags = REQUIRED, .doc = "Time it was created."},
    {TIMESTAMP(rolling_run_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {TIMESTAMP(rolling_run_row, ended_at), .doc = "Time it was completed or cancelled."},
    {INT64(rolling_run_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape rolling_run_row_shape =
    SHAPE(rolling_run_row, "A rolling run: work for many nodes, done in waves.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at, id", .where = TABLE_UNFILTERED},
    {.columns = "created_at, id", .where = TABLE_OF_ALL("workspace_id") " and " TABLE_UNFILTERED},
    {.columns = "workspace_id, status, created_at, id"},
    {.columns = "status, created_at, id", .where = TABLE_OF_ALL("workspace_id")},
    {.columns = "workspace_id, owner_user_id, created_at, id"},
    {.columns = "owner_user_id, created_at, id", .where = TABLE_OF_ALL("workspace_id")},
    {.columns = NULL},
};

const struct table rolling_runs_table = {
    .name = "rolling_runs",
    .area = "rolling",
    .shape = &rolling_run_row_shape,
    .indexes = indexes,
};
