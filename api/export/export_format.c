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

const char *const export_format_names[] = {"jsonl", "csv", NULL};
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
