/*
 * The table of formats.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/export_format.h"

#include "core/base/must.h"
#include "core/shape/shape_json.h"

static void add_json(const struct export_line *line, struct buf *out)
{
    shape_json_write(&exported_event_shape, line->event, out);
}

/* "A task was created. (task.created at 17 by user)" */
struct text export_message(const struct export_line *line)
{
    const struct recorded_event *view = &line->event->view;
    const struct event_type *type = line->record->type;

    return text_format(
        line->arena, "%s (%.*s at %lld by %s)",
        type == NULL ? "An event of a type that is not known here." : type->doc,
        TEXT_ARGS(view->type), (long long)view->position,
        enum_name(actor_kind_names, view->actor->kind));
}

const struct export_format export_formats[] = {
    {
        .name = "jsonl",
        .doc = "JSON Lines: an object an event, with all that is known of it.",
        .media_type = "application/jsonl",
        .line_type = "application/json",
        .file_ending = "jsonl",
        .head = "",
        .line_end = "\n",
        .add = add_json,
    },
    {
        .name = "csv",
        .doc = "CSV (RFC 4180), in which no spreadsheet finds a formula.",
        .media_type = "text/csv; charset=utf-8; header=present",
        .line_type = "text/csv; charset=utf-8; header=absent",
        .file_ending = "csv",
        .head = export_csv_head,
        .line_end = "\r\n",
        .add = export_add_csv,
    },
    {
        .name = "ocsf",
        .doc = "OCSF 1.9 as JSON Lines, with its profile record_integrity.",
        .media_type = "application/jsonl",
        .line_type = "application/json",
        .file_ending = "ocsf.jsonl",
        .head = "",
        .line_end = "\n",
        .add = export_add_ocsf,
    },
    {
        .name = "cloudevents",
        .doc = "CloudEvents 1.0 in JSON, an event a line.",
        .media_type = "application/jsonl",
        .line_type = "application/cloudevents+json; charset=utf-8",
        .file_ending = "cloudevents.jsonl",
        .head = "",
        .line_end = "\n",
        .add = export_add_cloudevent,
    },
    {
        .name = "cef",
        .doc = "CEF, version 0: the text of a syslog message a line.",
        .media_type = "text/plain; charset=utf-8",
        .line_type = "text/plain; charset=utf-8",
        .file_ending = "cef",
        .head = "",
        .line_end = "\n",
        .add = export_add_cef,
    },
    {
        .name = "timesketch",
        .doc = "JSON Lines for Timesketch.",
        .media_type = "application/jsonl",
        .line_type = "application/json",
        .file_ending = "timesketch.jsonl",
        .head = "",
        .line_end = "\n",
        .add = export_add_timesketch,
    },
    {.name = NULL},
};

const struct export_format *export_format_of(struct enum_value format)
{
    const char *name = enum_name(export_format_names, format);

    must(name != NULL);
    return &export_formats[format.is - 1];
}

void export_format_add(
    const struct export_format *format,
    struct text origin_name,
    const struct record *record,
    struct arena *arena,
    struct buf *out)
{
    const struct exported_event event = exported_event_of(record, arena);
    const struct export_line line = {&event, record, origin_name, arena};

    format->add(&line, out);
    must(!buf_is_full(out));
}
