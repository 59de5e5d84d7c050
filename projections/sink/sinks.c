/*
 * The sinks: how they are set up, and what became of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "projections/sink/sinks.h"

#include "migrations/sink/sinks.h"

static void want(struct rows *rows, const struct record *record)
{
    rows_prefetch(rows, &sinks_table, record->entry.stream);
}

static void touch(const struct record *record, void *row)
{
    struct sink_row *sink = row;

    sink->revision = record->entry.revision;
}

static void apply_created(struct rows *rows, const struct record *record)
{
    const struct sink_created *event = record->event;
    const struct sink_row row = {
        .id = event->sink_id,
        .name = event->name,
        .address = event->address,
        .format = event->format,
        .filter = event->filter,
        .is_paused = event->is_paused,
        .has_token = opt_bool_of(bytes_are_present(event->token.box)),
        .refused = 0,
        .created_at = record->entry.recorded_at,
        .updated_at = record->entry.recorded_at,
        .revision = record->entry.revision,
    };

    rows_put(rows, &sinks_table, &row);
}

static void change_setup(const struct record *record, void *row)
{
    const struct sink_changed *event = record->event;
    struct sink_row *sink = row;

    sink->name = event->name;
    sink->address = event->address;
    sink->format = event->format;
    sink->filter = event->filter;
    sink->is_paused = event->is_paused;
    sink->has_token = event->has_token;
    sink->updated_at = record->entry.recorded_at;
}

static void change_failing(const struct record *record, void *row)
{
    const struct sink_failing *event = record->event;
    struct sink_row *sink = row;

    sink->failing_since = record->entry.recorded_at;
    sink->failing_reason = event->reason;
}

static void change_recovered(const struct record *record, void *row)
{
    struct sink_row *sink = row;

    (void)record;
    sink->failing_since = (struct timestamp){0};
    sink->failing_reason = (struct text){NULL, 0};
}

static void change_refused(const struct record *record, void *row)
{
    const struct sink_refused *event = record->event;
    struct sink_row *sink = row;

    sink->refused++;
    sink->refused_reason = event->reason;
}

static void apply_removed(struct rows *rows, const struct record *record)
{
    rows_delete(rows, &sinks_table, record->entry.stream);
}

static const struct handler handlers[] = {
    {&sink_created_event, .apply = apply_created},
    {&sink_changed_event, .change = change_setup},
    {&sink_failing_event, .change = change_failing},
    {&sink_recovered_event, .change = change_recovered},
    {&sink_refused_event, .change = change_refused},
    {&sink_removed_event, .want = want, .apply = apply_removed},
    {.event = NULL},
};

static const struct table *const tables[] = {&sinks_table, NULL};

const struct projector sinks_projector = {
    .name = "sinks", .version = 1, .tables = tables, .handlers = handlers, .touch = touch};
