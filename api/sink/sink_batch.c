/*
 * What is sent next: events from the sink's place on, those that pass, as lines of its format.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/sink/sink_internal.h"

enum { READ_BYTES = 1 << 20 };

/* What a sink says of itself goes to none: see sinks.h. */
static bool is_report(const struct record *record)
{
    return record->type == &sink_failing_event || record->type == &sink_recovered_event ||
           record->type == &sink_refused_event;
}

static void
add_line(struct sink *sink, const struct record *record, struct arena *arena, struct sink_line *out)
{
    AUTO_BUF text = {0};

    buf_init(&text, EXPORT_MOST_BYTES);
    export_format_add(
        sink->format, log_history_origin(&sink->history, record->position), record, arena, &text);
    *out = (struct sink_line){
        .text = text_copy(arena, buf_text(&text)),
        .type = record->entry.type,
        .recorded_at = record->entry.recorded_at,
        .position = record->entry.position,
        .outcome = record->entry.outcome,
    };
}

/* What lies before the place was read by no batch. */
static enum status read_history(struct sink *sink, struct error *error)
{
    enum status status = STATUS_OK;

    if (!sink->has_history)
        status = log_history_read(
            &sink->history, sink->parts->log, sink->parts->index, sink->place.next, error);
    sink->has_history = status == STATUS_OK;
    return status;
}

enum status sink_batch_read(
    struct sink *sink,
    size_t most,
    struct arena *arena,
    struct sink_batch *out,
    struct error *error)
{
    struct record *records = arena_array(arena, SINK_BATCH_EVENTS, sizeof(*records));
    struct sink_line *lines = arena_array(arena, SINK_BATCH_EVENTS, sizeof(*lines));
    size_t count = 0;
    size_t bytes = 0;
    enum status status = read_history(sink, error);

    if (status == STATUS_OK)
        status = ledger_read(
            sink->parts->log, (struct position){sink->place.next}, SINK_BATCH_EVENTS, READ_BYTES,
            arena, records, &count, error);
    *out = (struct sink_batch){.lines = lines, .end = sink->place};
    for (size_t i = 0; i < count && out->count < most && bytes < SINK_BATCH_BYTES; i++) {
        log_history_note(&sink->history, &records[i]);
        if (!is_report(&records[i]) && timeline_passes(&sink->filter, &records[i])) {
            add_line(sink, &records[i], arena, &lines[out->count]);
            bytes += lines[out->count++].text.size;
        }
        out->end = (struct sink_place){records[i].position.value + 1, records[i].entry.event_id};
        out->recorded_at = records[i].entry.recorded_at;
    }
    return count > 0 ? STATUS_OK : status;
}
