/*
 * Reading the ledger: what every layer may ask of it, by position. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_TIMELINE_H
#define EVENTLOG_TIMELINE_H

#include "eventlog/record.h"

struct evlog;

/* Number of entries committed. Any thread, no lock. */
uint64_t evlog_size(const struct evlog *log);

/* recorded-at of the last entry; absent when empty. Any thread. */
struct timestamp evlog_last_timestamp(const struct evlog *log);

/* RFC 6962 root over the first `size` entries (size ≤ evlog_size). Any thread. */
MUST_USE enum status
evlog_root(struct evlog *log, uint64_t size, struct digest *out, struct error *error);

/* Has a commit failed? Then `error` (may be NULL) tells why. Any thread. */
bool evlog_is_stopped(const struct evlog *log, struct error *error);

/* Copies up to `limit` records (at most 1,000, and about `budget_bytes` of stored bytes, at least
 * one) from `from` on into the arena, each checked for position, leaf hash and digest. `*out_count`
 * is 0 at the head. The read transaction ends before it returns. Any thread.
 * STATUS_CORRUPT names the damaged position; what lies before it was delivered on an earlier call
 * or is in `out`, with *out_count set. */
MUST_USE enum status evlog_read(
    struct evlog *log,
    struct position from,
    size_t limit,
    size_t budget_bytes,
    struct arena *arena,
    struct record *out,
    size_t *out_count,
    struct error *error);

/* One record. STATUS_NOT_FOUND beyond the head. Any thread. */
MUST_USE enum status evlog_read_one(
    struct evlog *log,
    struct position at,
    struct arena *arena,
    struct record *out,
    struct error *error);

/* Stored leaf hash of a position, for proofs and verify. */
MUST_USE enum status
evlog_leaf(struct evlog *log, struct position at, struct digest *out, struct error *error);

/* How long the last commit took and how large it was: for metrics. Any thread. */
struct evlog_stats {
    uint64_t commits;
    uint64_t events;
    uint64_t last_commit_us;
    uint64_t total_commit_us;
    uint64_t file_bytes;
};
struct evlog_stats evlog_stats(const struct evlog *log);

#endif
