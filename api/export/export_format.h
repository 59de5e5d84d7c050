/*
 * Formats in which events leave the house, for files and for sinks: one row a format. All are lines, so
 * that what was broken off is gone on with at the next one.
 *
 *   record ─► export_format_add() ─► one line
 *
 *   file = head, then for each event: line, line_end
 *
 * Pure: the same record gives the same bytes at any time, on any machine. What is personal is not opened.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EXPORT_EXPORT_FORMAT_H
#define API_EXPORT_EXPORT_FORMAT_H

#include "api/export/exported_event.h"
#include "core/base/buf.h"
#include "eventlog/events/export_events.h"

/* No line is longer: a body has at most BODY_MAX_BYTES, and each of its bytes becomes at most 7. */
enum { EXPORT_MOST_BYTES = 64 << 20 };

/* What a format prints. */
struct export_line {
    const struct exported_event *event;
    const struct record *record;
    struct text origin_name; /* of the ledger, as its checkpoints had it then */
    struct arena *arena;
};

struct export_format {
    const char *name;       /* "jsonl" */
    const char *doc;        /* one sentence */
    const char *media_type; /* of a file */
    const char *line_type;  /* media type of one line alone, as a body */
    const char *file_ending;
    const char *head; /* what a file begins with; "" for nothing */
    const char *line_end;
    void (*add)(const struct export_line *line, struct buf *out); /* without line_end */
};

/* In the order of export_format_names, ended by a row without a name. */
extern const struct export_format export_formats[];

/* The format of a name's value. */
const struct export_format *export_format_of(struct enum_value format);

/* Appends an event without a line end; `out` has room for EXPORT_MOST_BYTES more. What is made on the way
 * lies in the arena. Any thread. */
void export_format_add(
    const struct export_format *format,
    struct text origin_name,
    const struct record *record,
    struct arena *arena,
    struct buf *out);

/* What an event says, in a sentence: that of its type, with name, position and who. In the line's arena. */
struct text export_message(const struct export_line *line);

/* Each format's function, in a file of its own. */
void export_add_cef(const struct export_line *line, struct buf *out);
void export_add_cloudevent(const struct export_line *line, struct buf *out);
void export_add_ocsf(const struct export_line *line, struct buf *out);
void export_add_timesketch(const struct export_line *line, struct buf *out);
void export_add_csv(const struct export_line *line, struct buf *out);
extern const char export_csv_head[];

#endif
