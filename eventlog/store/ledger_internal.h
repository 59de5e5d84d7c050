/*
 * What the files of the ledger share.
 *
 *   ledger.mdb   entries  position  → entry bytes            (the Merkle leaf)
 *                bodies   position  → body bytes, or dropped
 *                hashes   stored index → 32 bytes             (order of tree.h)
 *                meta     "mark"    → packed ledger_mark
 *
 * A view is an opened environment with its tables. There is one, until a commit fails: LMDB may
 * then refuse its environment to everybody, so a second, read-only one takes its place.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_STORE_LEDGER_INTERNAL_H
#define EVENTLOG_STORE_LEDGER_INTERNAL_H

#include "eventlog/ledger.h"
#include "eventlog/store/env.h"
#include "eventlog/tree.h"

#include <stdatomic.h>

enum { LEDGER_FORMAT = 1 };

enum ledger_table { LEDGER_ENTRIES, LEDGER_BODIES, LEDGER_HASHES, LEDGER_META, LEDGER_TABLES };

struct ledger_view {
    struct store_env *env;
    struct store_table tables[LEDGER_TABLES];
};

/* What is committed, written with every batch. */
struct ledger_mark {
    int64_t format;
    int64_t size;
    struct bytes root; /* 32 */
    struct timestamp last_recorded_at;
};

/* How far the file's blocks are reserved, and what the volume said last. Writer only. */
struct ledger_reserve {
    uint64_t allocated_to;
    int64_t checked_at_us;
    unsigned batches;
    bool is_short;
};

struct ledger {
    struct ledger_view own;
    struct ledger_view spare; /* env NULL until a commit has failed */
    _Atomic(struct ledger_view *) view;
    char *home;
    int lock;
    bool is_read_only;
    size_t reserve_bytes;
    struct ledger_reserve reserve;
    _Atomic uint64_t size;
    _Atomic int64_t last_us;
    _Atomic int64_t last_noted_us; /* when that was, by the monotonic clock; stored before it */
    atomic_bool is_stopped;
    struct error stop; /* written once, before is_stopped */
    _Atomic uint64_t commits;
    _Atomic uint64_t events;
    _Atomic uint64_t last_commit_us;
    _Atomic uint64_t total_commit_us;
};

/* ledger_open() with injected faults (borrowed), for tests. */
MUST_USE enum status ledger_open_with(
    const struct ledger_settings *settings,
    const struct store_fault_injection *fault_injection,
    struct ledger **out,
    struct error *error);

/* The environment that may be read now. */
struct ledger_view *ledger_view(struct ledger *ledger);

/* Stops the ledger for good; reads move to a view of their own. The first cause stays. */
void ledger_stop(struct ledger *ledger, const struct error *cause);

/* A reader of stored hashes inside a transaction. */
struct ledger_hashes {
    struct store_txn *txn;
    struct store_table table;
};
struct tree_reader ledger_tree_reader(struct ledger_hashes *hashes);

/* The mark; size 0 and the empty root where there is none yet. The root lies in the arena. */
MUST_USE enum status ledger_mark_read(
    const struct ledger_view *view,
    struct store_txn *txn,
    struct arena *arena,
    struct ledger_mark *out,
    struct error *error);
MUST_USE enum status ledger_mark_write(
    const struct ledger_view *view,
    struct store_txn *txn,
    const struct ledger_mark *mark,
    struct error *error);

/* STATUS_CORRUPT, code "ledger_damaged", naming the position. */
enum status ledger_damaged(struct error *error, uint64_t position, const char *what);

#endif
