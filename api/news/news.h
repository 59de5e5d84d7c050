/*
 * News: a client of our own follows the ledger as the read models show it, and tells every socket that may
 * hear it. What cannot be read now (PostgreSQL is away) waits where it is; nothing is left out.
 *
 *                     ┌──────────────── all loops are through ◄───────────────┐
 *                     ▼                                                       │
 *   start ──► waiting for more ── shown ──► reading (a worker) ── rows ──► telling
 *                     ▲                          │ failed
 *                     └────── a second ──────────┘
 *
 * It begins at the head of the ledger when the server starts: whoever hears it came later.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NEWS_NEWS_H
#define API_NEWS_NEWS_H

#include "api/news/frame.h"
#include "api/services.h"

struct loop_context;
struct news;
struct record;

/* On the loop, which need not run yet. */
struct news *news_new(const struct services *services, struct loop_context *loop);
void news_free(struct news *news); /* after the loop ended; accepts NULL */

/* Nothing more is read; true once nothing is under way. Any thread. */
bool news_stop(struct news *news);

/* Is the record relayed (relay.h)? Any thread. */
bool news_relays(const struct record *record);
/* Records from `from` on, before `to`, have been committed, and one of them at least is relayed. Any thread,
 * but in the ledger's order. */
void news_relay(struct news *news, uint64_t from, uint64_t to);

/* Observations, which are not on the ledger; nothing happens while nobody listens. Any thread. */

/* What is live in this row has changed: tells it, within a second, as its GET would; of several notes of a
 * row once. */
void news_note_row(struct news *news, const struct frame *frame, struct uuid id);

/* Tells a value of an observation's shape; dropped and counted where too many of them are on their way.
 * `node_id` may be absent. */
void news_tell(
    struct news *news,
    const struct frame *frame,
    const void *value,
    struct uuid workspace_id,
    struct uuid node_id);

/* For metrics: entries of the ledger that are still to be told, frames that were too large to be. */
uint64_t news_behind(const struct news *news);
uint64_t news_skipped(const struct news *news);

#endif
