/*
 * The ledger: the one door to the truth. Append-only, Merkle-sealed (RFC 6962), durable before
 * anything is answered.
 *
 *   writer ──ledger_append──► ledger.mdb { entries, bodies, hashes, meta } ──ledger_read──► readers
 *
 * One thread (the writer) appends; any thread reads. A commit that fails is final: the ledger
 * stops taking writes, keeps serving reads, and says so.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEDGER_H
#define EVENTLOG_LEDGER_H

#include "eventlog/ledger_read.h"

struct ledger_settings {
    const char *home;  /* directory; ledger.mdb lies in it */
    bool is_read_only; /* for verify beside a running server: no lock on the home is taken */
    bool
        is_following; /* a leader's: a body may be missing that an event drops which is still to come */
    size_t reserve_bytes; /* least free space of the volume; 0: the larger of 512 MiB and 2 % */
};

/* Opens (creating the environment when missing) and checks: number of entries = last + 1, number
 * of hashes = 2n − popcount(n), last leaf and peaks recomputed, root as stored. Constant time.
 * STATUS_CORRUPT names the position; STATUS_CONFLICT when another process holds the home (flock
 * on <home>/lock); STATUS_UNAVAILABLE for a directory that cannot be used. Given. */
MUST_USE enum status
ledger_open(const struct ledger_settings *settings, struct ledger **out, struct error *error);
void ledger_close(struct ledger *ledger); /* accepts NULL */

/* For a read-only ledger beside a writer: looks how far it is by now, with the checks of opening.
 * The writer's own is always up to date. */
MUST_USE enum status ledger_refresh(struct ledger *ledger, struct error *error);

/* One event to append: its entry (position and body_digest are set here) and stored body. */
struct ledger_draft {
    struct entry entry;
    struct bytes body;
    struct digest digest; /* set here: what entry.body_digest points at */
    struct list
        drops; /* positions of bodies that are dropped in the same commit: see ledger_may_drop() */
};

/* Appends all drafts in one synced commit. Writer thread only; recorded-at must rise strictly.
 * STATUS_TOO_LARGE (a body beyond BODY_MAX_BYTES) and STATUS_FULL: nothing is stored, the ledger
 * goes on. STATUS_UNAVAILABLE: the ledger is stopped; with code "ledger_stopped" nothing is stored,
 * with "outcome_unknown" whether the batch is will be known after the next start. */
MUST_USE enum status ledger_append(
    struct ledger *ledger, struct ledger_draft *drafts, size_t count, struct error *error);

/* May an event of this type and stream drop the bodies at these positions? STATUS_INVALID names the
 * first that is not of the type that it drops, of another stream, or dropped already; or not yet, where the type names
 * what is gone (event_type.h). Any thread. */
MUST_USE enum status ledger_may_drop(
    struct ledger *ledger,
    const struct event_type *type,
    struct uuid stream,
    const struct list *positions,
    struct error *error);

/* Makes sure that the next 64 MiB can be written (fallocate) and that the volume keeps its
 * reserve. STATUS_FULL refuses writes before LMDB is touched. Writer thread, between batches;
 * cheap when nothing changed. */
MUST_USE enum status ledger_reserve(struct ledger *ledger, struct error *error);

/* Stops the ledger for good: it takes no more writes and can be read, through a view of its own. The
 * first cause stays. Before there are readers, or the writer's thread. */
void ledger_stop(struct ledger *ledger, const struct error *cause);

/* Every stored byte again: the file's pages (each once in use or once free), hashes from leaves,
 * interior nodes, digests, dense positions, strictly rising recorded-at, canonical form, forms of ids,
 * revisions without a gap (a few dozen bytes of memory a stream). `progress` (may be NULL) is called about ten times a second. Runs in the
 * calling process; callers that must survive damage inside LMDB's tree run it in a child. */
MUST_USE enum status ledger_verify(
    struct ledger *ledger,
    void (*progress)(uint64_t done, uint64_t size, void *context),
    void *context,
    struct error *error);

#endif
