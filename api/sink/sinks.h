/*
 * Sinks at work: each follows the ledger on a thread of its own, and sends on what passes its filter.
 *
 *   ledger ─► batch ─► filter ─► format ─► https, syslog, file      (one thread a sink)
 *                                             └─► next position, beside the ledger (sink_place.h)
 *   writer ──which sinks are there?──► sinks ──starts, ends, wakes──► those threads
 *
 * Delivery is at least once: a position is noted when the receiver has taken what lies before it, and what
 * was sent in between is sent again after a kill. Each record has its position, by which receivers drop
 * repeats. What a sink reports of itself is sent to no sink, else two that refuse everything would feed each
 * other.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SINK_SINKS_H
#define API_SINK_SINKS_H

#include "api/settings.h"
#include "commands/sink/sink_commands.h"
#include "commands/writer.h"
#include "eventlog/ledger_read.h"

struct sinks;

struct sinks_settings {
    const struct settings *settings;
    const char *home;
    struct ledger *log;
    struct ledger_index *index;
    struct writer *writer;
    struct keyring *keyring;
};

/* What the settings point to outlives it. Given to the caller. */
struct sinks *sinks_new(const struct sinks_settings *settings);
void sinks_free(struct sinks *sinks); /* accepts NULL */

/* Runs until sinks_stop(), which breaks off what is being sent: before the writer stops. */
void sinks_run(void *context); /* the thread's; `context` is the sinks */
void sinks_stop(struct sinks *sinks);

/* The writer's thread: there is more to send, and perhaps another sink. */
void sinks_committed(struct sinks *sinks, const struct record *records, size_t count);

/* How far a sink has come, since start where it is counted. */
struct sink_figure {
    struct uuid id;
    uint64_t next;       /* first position that is not sent */
    int64_t recorded_us; /* when the one before it was recorded; 0: not known */
    uint64_t sent;
    uint64_t refused;
    uint64_t failed_tries; /* in a row, by now */
};

/* Of all that there are, at most MOST_SINKS. Any thread. */
size_t sinks_figures(struct sinks *sinks, struct sink_figure out[MOST_SINKS]);

#endif
