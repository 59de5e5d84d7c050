/*
 * The targets of rolling runs: the nodes, and how far each has come.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/rolling/rolling_targets.h"

static const struct field rolling_target_row_fields[] = {
    {UUID(rolling_target_row, id), .flags = REQUIRED, .doc = "Id of the target."},
    {UUID(rolling_target_row, rolling_run_id), .flags = REQUIRED,
     .doc = "Rolling run that it is a target of."},
    {UUID(rolling_target_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the run belongs to."},
    {UUID(rolling_target_row, node_id), .flags = REQUIRED, .doc = "Node that it is."},
    {INT64(rolling_target_row, number), .flags = REQUIRED,
     .doc = "Its place in the order of the run, from 0."},
    {ENUM(rolling_target_row, status, target_status_names), .flags = REQUIRED,
     .doc = "Status of the target."},
    {ENUM(rolling_target_row, reason, target_reason_names),
     .doc = "Reason why it failed or was not reached."},
    {TEXT(rolling_target_row, detail), .doc = "What stood in the way of a task."},
    {UUID(rolling_target_row, task_id), .doc = "The newest task that was made for it."},
    {INT64(rolling_target_row, wave), .doc = "Number of the wave that it was last in, from 1."},
    {TIMESTAMP(rolling_target_row, updated_at), .flags = REQUIRED,
     .doc = "Time of the last change."},
};
const struct shape rolling_target_row_shape =
    SHAPE(rolling_target_row, "A target of a rolling run: one of its nodes.");

static const struct table_index indexes[] = {
    {.columns = "rolling_run_id, number, id", .where = TABLE_UNFILTERED},
    {.columns = "rolling_run_id, status, number, id"},
    {.columns = NULL},
};

const struct table rolling_targets_table = {
    .name = "rolling_targets",
    .area = "rolling",
    .shape = &rolling_target_row_shape,
    .indexes = indexes,
};
