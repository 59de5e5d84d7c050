/*
 * Reading the ledger: what every layer may ask of it, by position. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEDGER_READ_H
#define EVENTLOG_LEDGER_READ_H

#include "eventlog/record.h"

struct ledger;

/* Number of entries committed. Any thread, no lock. */
uint64_t ledger_size(const struct ledger *ledger);

/* recorded-at of the last entry; absent when empty. Any thread. */
struct timestamp ledger_last_timestamp(const struct ledger *ledger);
/* Now, by the ledger: the wall clock's time; where that is behind the last recorded one, that and
 * what has passed since. What falls due is compared with this: it never goes back, and never
 * stands still. Any thread. */
struct timestamp ledger_now(const struct ledger *ledger);

/* RFC 6962 root over the first `size` entries (size ≤ ledger_size). Any thread. */
MUST_USE enum status
ledger_root(struct ledger *ledger, uint64_t size, struct digest *out, struct error *error);

/* Has a commit failed? Then `error` (may be NULL) tells why. Any thread. */
bool ledger_is_stopped(const struct ledger *ledger, struct error *error);

/* Copies up to `limit` records (at most 1,000, and about `budget_bytes` of stored bytes, at least
 * one) from `from` on into the arena, each checked for position, leaf hash and digest. `*out_count`
 * is 0 at the head. The read transaction ends before it returns. Any thread.
 * STATUS_CORRUPT names the damaged position; what lies before it was delivered on an earlier call
 * or is in `out`, with *out_count set. */
MUST_USE enum status ledger_read(
    struct ledger *ledger,
    struct position from,
    size_t limit,
    size_t budget_bytes,
    struct arena *arena,
    struct record *out,
    size_t *out_count,
    struct error *error);

/* One record. STATUS_NOT_FOUND beyond the head. Any thread. */
MUST_USE enum status ledger_read_one(
    struct ledger *ledger,
    struct position at,
    struct arena *arena,
    struct record *out,
    struct error *error);

/* Several, at most 1,000, without their bodies, which are not looked into: `out[i]` tells whether that of `at[i]` is
 * there, and has no type and no event. STATUS_NOT_FOUND where one is beyond the head. Any thread. */
MUST_USE enum status ledger_read_entries(
    struct ledger *ledger,
    const struct position *at,
    size_t count,
    struct arena *arena,
    struct record *out,
    struct error *error);

/* The position of the first event that was recorded at this time or later; the ledger's size where
 * there is none. Any thread. */
MUST_USE enum status ledger_position_at(
    struct ledger *ledger, struct timestamp time, uint64_t *out, struct error *error);

/* When the event at a position below the size was recorded. Any thread. */
MUST_USE enum status ledger_time_at(
    struct ledger *ledger, struct position at, struct timestamp *out, struct error *error);

/* Stored leaf hash of a position, for proofs and verify. */
MUST_USE enum status
ledger_leaf(struct ledger *ledger, struct position at, struct digest *out, struct error *error);

/* How long the last commit took and how large it was: for metrics. Any thread. */
struct ledger_stats {
    uint64_t commits;
    uint64_t events;
    uint64_t last_commit_us;
    uint64_t total_commit_us;
    uint64_t file_bytes;
};
struct ledger_stats ledger_stats(const struct ledger *ledger);

#endif
