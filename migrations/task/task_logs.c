/*
 * What tasks wrote, a row a line.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/task/task_logs.h"

#include "eventlog/events/task_events.h"

static const struct field task_log_row_fields[] = {
    {UUID(task_log_row, id), .flags = REQUIRED, .doc = "Id of the line."},
    {UUID(task_log_row, task_id), .flags = REQUIRED, .doc = "Task that wrote the line."},
    {ENUM(task_log_row, level, task_log_level_names), .flags = REQUIRED,
     .doc = "Stream or level of the line."},
    {TEXT(task_log_row, message), .flags = REQUIRED, .doc = "Text of the line."},
    {TIMESTAMP(task_log_row, timestamp),
     .doc = "Time the line was written, by the agent's clock if it was given."},
    {TIMESTAMP(task_log_row, created_at), .flags = REQUIRED, .doc = "Time the line was recorded."},
    {INT64(task_log_row, line), .flags = HIDDEN,
     .doc = "Place among the lines that were recorded together."},
    {BOOL(task_log_row, is_output), .flags = REQUIRED | HIDDEN,
     .doc = "Whether the task wrote it; else it tells of an operator's request."},
};
const struct shape task_log_row_shape = SHAPE(task_log_row, "A line of output of a task.");

static const struct table_index indexes[] = {
    {.columns = "task_id, created_at, line, id"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "task_id", .only = "is_output", .removes = true},
    {.of = NULL},
};

const struct table task_logs_table = {
    .name = "task_logs",
    .area = "task",
    .shape = &task_log_row_shape,
    .indexes = indexes,
    .erasures = erasures,
    .is_append_only = true,
};
