/*
 * The monitor: one thread with a clock. It keeps samples and last-seen marks (telemetry), notices
 * silent nodes and timers that are due, and keeps the budget of recorded refusals. What it finds it
 * says by commands, like everybody else.
 *
 *   loops ──samples, signs of life, refusals──► monitor ──commands──► writer
 *                                                   └──► telemetry.mdb
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTOMATION_MONITOR_H
#define API_AUTOMATION_MONITOR_H

#include "api/settings.h"
#include "commands/writer.h"
#include "eventlog/telemetry.h"

struct monitor;

struct monitor_parts {
    const char *home; /* NULL: of no looks at evidence */
    const struct settings *settings;
    struct writer *writer;
    struct telemetry *telemetry;
    struct keyring *keyring;
    struct ledger *log;
    struct ledger_index *index; /* NULL: what tasks wrote is not dropped */
    /* Ledger time: the wall clock's, but never before the ledger's end. */
    struct timestamp started_at;
    /* Of a follower: telemetry only. Its leader does what falls due, and nothing is recorded here. */
    bool is_following;
};

struct monitor *monitor_new(const struct monitor_parts *parts);
void monitor_free(struct monitor *monitor); /* accepts NULL */

/* The looks at evidence, whose times the monitor keeps; they end with it. NULL without a home. */
struct looks *monitor_looks(const struct monitor *monitor);

/* A node that the model says is online: start counts as "last seen". Before monitor_run(). */
void monitor_expect_node(struct monitor *monitor, struct uuid node);

/* Runs until monitor_stop(). The monitor's thread. */
void monitor_run(void *context);
void monitor_stop(struct monitor *monitor); /* any thread */

/* A node gave a sign of life. Any thread. */
void monitor_note_seen(struct monitor *monitor, struct uuid node, struct timestamp at);
/* A sample to keep (copied), a sign of life too. Any thread. */
void monitor_note_sample(struct monitor *monitor, const struct metric_sample *sample);
/* A node is gone. Any thread. */
void monitor_note_removed(struct monitor *monitor, struct uuid node);

/* What was refused to whom; texts are copied. */
struct refused_call {
    struct text code;
    struct text method;
    struct text route; /* path of the route */
    struct text address;
    struct uuid correlation;
    struct actor actor;
};

/* A refusal that matters to security: recorded within the budget (ten a second per address, a
 * hundred overall), else counted for the minute's summary. Any thread. */
void monitor_note_refusal(struct monitor *monitor, const struct refused_call *refusal);

/* Calls `done`, on the monitor's thread, once everything noted so far is committed and readable. Any
 * thread. */
void monitor_flush(struct monitor *monitor, void (*done)(void *context), void *context);

#endif
