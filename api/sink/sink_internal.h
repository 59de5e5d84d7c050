/*
 * The parts of a sink at work, for files of this folder: all run on its thread.
 *
 *   sink_turn.c ──read──► sink_batch.c      ledger ─► lines of its format
 *              ──send──► sink_send.c        lines ─► receiver
 *              ──keep──► sink_place.c       how far it has come
 *              ──report► writer             what somebody must know
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SINK_SINK_INTERNAL_H
#define API_SINK_SINK_INTERNAL_H

#include "api/export/export_format.h"
#include "api/sink/sink_place.h"
#include "api/sink/sinks.h"
#include "core/base/arena.h"
#include "core/outbound/outbound.h"
#include "core/run/queue.h"
#include "eventlog/log_history.h"
#include "eventlog/timeline.h"

#include <stdatomic.h>

enum {
    SINK_BATCH_EVENTS = 256,      /* read at once */
    SINK_BATCH_BYTES = 256 << 10, /* sent at once, unless one line is larger */
    SINK_TRIES = 3,               /* that an event is refused before it is left out */
    SINK_FAILURES = 3,            /* in a row, before it is on record that a sink is failing */
    SINK_DEAD_IN_A_ROW = 10       /* events left out, after which it is not the event */
};

struct sink_ports;

struct sink {
    const struct sink_ports *ports;
    const struct sinks_settings *parts;
    struct arena *arena; /* of all that is set */
    struct known_sink known;
    struct timeline_filter filter;
    struct sink_address address;
    const struct export_format *format;
    struct log_history history; /* of the ledger, as far as was read */
    bool has_history;           /* of what lies before its place, too */
    struct text host_name;      /* of this machine */
    struct text token;
    struct outbound *outbound;
    struct queue *wakeup;

    struct sink_place place;
    uint64_t alone_until; /* before that, events are sent one by one */
    unsigned tries;       /* of the event that was refused */
    unsigned dead_in_a_row;
    bool is_failing; /* on record */
    struct {
        atomic_uint_fast64_t next;
        atomic_int_fast64_t recorded_us;
        atomic_uint_fast64_t sent;
        atomic_uint_fast64_t refused;
        atomic_uint_fast64_t failures; /* in a row */
    } figures;
};

/* An event as it is sent. */
struct sink_line {
    struct text text; /* without line end */
    struct text type;
    struct timestamp recorded_at;
    int64_t position;
    int64_t outcome;
};

/* What stands between two positions, as it is sent. */
struct sink_batch {
    const struct sink_line *lines;
    size_t count;
    struct sink_place
        end; /* where it is when all of it is sent; where it was, where nothing is left */
    struct timestamp recorded_at; /* of the last that was looked at */
};

enum sink_outcome {
    SINK_SENT,
    SINK_REFUSED, /* something in it; the error says what was said */
    SINK_FAILED   /* again later; the error says why */
};

/* What a turn knows and does outside. */
struct sink_ports {
    /* At most `most` lines from the sink's place on. */
    enum status (*read)(
        struct sink *sink,
        size_t most,
        struct arena *arena,
        struct sink_batch *out,
        struct error *error);
    enum sink_outcome (*send)(
        struct sink *sink,
        const struct sink_batch *batch,
        struct arena *arena,
        struct error *error);
    void (*keep)(struct sink *sink);
    /* Waits for the commit; false when it was not recorded. */
    bool (*report)(struct sink *sink, const struct report_sink *order);
    /* A wait of about so long, so that many do not come at once. */
    int64_t (*spread)(int64_t wait_us);
};

/* One turn; how long to wait for the next one, unless woken (never woken: negative). */
struct sink_wait {
    int64_t us;
    bool is_firm; /* nobody may wake it earlier */
};
struct sink_wait sink_turn(struct sink *sink);

enum status sink_batch_read(
    struct sink *sink,
    size_t most,
    struct arena *arena,
    struct sink_batch *out,
    struct error *error);

enum sink_outcome sink_send(
    struct sink *sink, const struct sink_batch *batch, struct arena *arena, struct error *error);

/* Appends a message of RFC 5424 with its length before it (RFC 6587, octet counting). */
void sink_syslog_frame(
    const struct sink_line *line, struct text host_name, struct arena *arena, struct buf *out);

/* Appends to <directory>/<name>, made where it is not there, and syncs; all of it, or nothing. A last line
 * without an end, which a kill has left, is taken away before. */
MUST_USE enum status sink_file_append(
    const char *directory,
    struct text name,
    struct text head, /* goes before where the file is empty */
    struct text lines,
    struct arena *arena,
    struct error *error);

/* sink.c: of a sink that is there, its thread. */
struct sink *sink_new(const struct sinks_settings *parts, const struct known_sink *known);
void sink_free(struct sink *sink);
void sink_run(void *context);
void sink_stop(struct sink *sink); /* any thread */

#endif
