/*
 * What tasks wrote, a row a line; and the word that an operator wants one stopped.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/task/task_logs.h"

#include "eventlog/events/task_events.h"
#include "projections/task/tasks.h"

static void apply_logged(struct rows *rows, const struct record *record)
{
    const struct task_logged *event = record->event;
    const struct task_log_line *lines = event->lines.items;

    for (size_t i = 0; i < event->lines.count; i++) {
        struct task_log_row row = {
            .id = row_id(record, &task_logs_table, (unsigned)i),
            .task_id = event->task_id,
            .level = lines[i].level,
            .message = lines[i].message,
            .timestamp = lines[i].timestamp,
            .created_at = record->entry.recorded_at,
            .line = (int64_t)i,
            .is_output = OPT_TRUE,
        };
        if (!timestamp_is_present(row.timestamp))
            row.timestamp = record->entry.recorded_at;
        rows_append(rows, &task_logs_table, &row);
    }
}

static void append_request(struct rows *rows, const struct record *record, struct text reason)
{
    struct task_log_row row = {
        .id = row_id(record, &task_logs_table, 0),
        .task_id = record->entry.stream,
        .level = {TASK_LOG_INFO},
        .message = text_lit("Cancellation requested by operator"),
        .timestamp = record->entry.recorded_at,
        .created_at = record->entry.recorded_at,
        .line = 0,
        .is_output = OPT_FALSE,
    };

    if (text_is_present(reason))
        row.message =
            text_format(rows_arena(rows), "Cancellation requested: %.*s", TEXT_ARGS(reason));
    rows_append(rows, &task_logs_table, &row);
}

static void apply_cancel_requested(struct rows *rows, const struct record *record)
{
    const struct task_cancel_requested *event = record->event;

    append_request(rows, record, event->reason);
}

static void apply_cancelled(struct rows *rows, const struct record *record)
{
    const struct task_cancelled *event = record->event;

    append_request(rows, record, event->reason);
}

static void apply_output_dropped(struct rows *rows, const struct record *record)
{
    rows_erase(rows, &task_logs_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&task_logged_event, .apply = apply_logged},
    {&task_cancel_requested_event, .apply = apply_cancel_requested},
    {&task_cancelled_event, .apply = apply_cancelled},
    {&task_output_dropped_event, .apply = apply_output_dropped},
    {.event = NULL},
};

static const struct table *const tables[] = {&task_logs_table, NULL};

const struct projector task_logs_projector = {
    .name = "task_logs", .version = 2, .tables = tables, .handlers = handlers};
