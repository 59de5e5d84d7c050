/*
 * The watch: one thread with a clock. It keeps samples and last-seen marks (telemetry), notices
 * silent nodes, stale tasks and expired installs, and keeps the budget of recorded refusals. What
 * it finds it says by commands, like everybody else.
 *
 *   loops ──samples, signs of life, refusals──► watch ──commands──► writer
 *                                                 └──► telemetry.mdb
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTOMATION_WATCH_H
#define API_AUTOMATION_WATCH_H

#include "api/settings.h"
#include "commands/writer.h"
#include "eventlog/telemetry.h"

struct call;
struct watch;

struct watch_parts {
    const struct settings *settings;
    struct writer *writer;
    struct telemetry *telemetry;
    struct keyring *keyring;
};

struct watch *watch_new(const struct watch_parts *parts);
void watch_free(struct watch *watch); /* accepts NULL */

/* A node that the model says is online: start counts as "last seen". Before watch_run(). */
void watch_expect_node(struct watch *watch, struct uuid node);

/* Runs until watch_stop(). The watch's thread. */
void watch_run(void *context);
void watch_stop(struct watch *watch); /* any thread */

/* A node gave a sign of life. Any thread. */
void watch_note_seen(struct watch *watch, struct uuid node, struct moment at);
/* A sample to keep (copied), a sign of life too. Any thread. */
void watch_note_sample(struct watch *watch, const struct metric_sample *sample);
/* A node is gone. Any thread. */
void watch_note_removed(struct watch *watch, struct uuid node);

/* A refusal that matters to security: recorded within the budget (ten a second per address, a
 * hundred overall), else counted for the minute's summary. Any thread. */
void watch_note_refusal(struct watch *watch, const struct call *call, const char *code);

/* Parks the call until everything noted so far is committed and readable, then goes on with `next`
 * on a worker. */
void watch_settle(struct watch *watch, struct call *call, void (*next)(struct call *call));

#endif
