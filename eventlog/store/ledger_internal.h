/*
 * What the files of the ledger share.
 *
 *   ledger.mdb   entries  position  → entry bytes            (the Merkle leaf)
 *                bodies   position  → body bytes; of a dropped one the position of the event that did it
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
#include "eventlog/ledger_copy.h"
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
    bool is_following;
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
static inline struct ledger_view *ledger_view(struct ledger *ledger)
{
    return atomic_load_explicit(&ledger->view, memory_order_acquire);
}

/* The stored hashes as a transaction sees them (ledger_hashes.c); ended before it, or with it. */
struct ledger_hashes {
    const struct ledger_view *view;
    struct store_txn *txn;
    struct store_cursor *cursor;
    struct store_txn *own; /* the transaction, where it was begun for them */
    bool is_placed;        /* the cursor stands at … */
    uint64_t at;           /* … this stored index */
};
#define AUTO_HASHES CLEANUP(ledger_hashes_end) struct ledger_hashes

/* In a reading transaction of their own, or in one of the caller's. To be ended in every case. */
MUST_USE enum status
ledger_hashes_begin(struct ledger *ledger, struct ledger_hashes *out, struct error *error);
MUST_USE enum status ledger_hashes_open(
    const struct ledger_view *view,
    struct store_txn *txn,
    struct ledger_hashes *out,
    struct error *error);
void ledger_hashes_end(struct ledger_hashes *hashes); /* accepts those that are not begun: {0} */
struct tree_reader ledger_tree_reader(struct ledger_hashes *hashes);
/* STATUS_CORRUPT where the root over them is not that of the mark. */
MUST_USE enum status ledger_hashes_check_root(
    struct ledger_hashes *hashes, const struct ledger_mark *mark, struct error *error);

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

/* A batch that is being written, in an open transaction. */
struct ledger_batch {
    const struct ledger_view *view;
    struct store_txn *txn;
    struct ledger_hashes hashes;
    uint64_t next;
    struct timestamp last;
};

/* One event of it: its entry is that of batch->next. */
struct batch_item {
    struct bytes entry;
    struct bytes body; /* or the mark of a dropped one */
    struct timestamp recorded_at;
    struct list drops; /* positions of bodies that go with it */
};
MUST_USE enum status
ledger_batch_add(struct ledger_batch *batch, const struct batch_item *item, struct error *error);

/* Who adds the events of a batch. */
struct batch_source {
    enum status (*fill)(struct ledger_batch *batch, void *context, struct error *error);
    void *context;
};

/* Commits what the source adds; statuses are those of ledger_append(). */
MUST_USE enum status
ledger_commit_batch(struct ledger *ledger, const struct batch_source *source, struct error *error);

/* A stored body, or in its place the mark of a dropped one, which is shorter than any body. */
static inline bool ledger_is_dropped(struct bytes stored)
{
    return stored.size == DROPPED_MARK_SIZE;
}

/* The entry at a position, which fits its leaf; lent by the transaction. */
MUST_USE enum status ledger_get_entry(
    const struct ledger_view *view,
    struct store_txn *txn,
    uint64_t at,
    struct bytes *out,
    struct error *error);

/* The body at a position, or the mark in its place; absent where there is neither. Lent as well. */
MUST_USE enum status ledger_get_body(
    const struct ledger_view *view,
    struct store_txn *txn,
    uint64_t at,
    struct bytes *out,
    struct error *error);

/* Who looks at marks of dropped bodies, and remembers the event that the last one named. */
enum { DROP_CHECK_BYTES = 64 << 20 };
struct drop_check {
    const struct ledger_view *view;
    struct store_txn *txn;
    struct arena *arena;         /* of DROP_CHECK_BYTES: that event's, and nothing else's */
    const struct ledger *ledger; /* whose it is; NULL: one that follows nobody */
    uint64_t by;                 /* position of that event … */
    struct record record;        /* … and the event; type NULL: none yet */
};

/* Was the body of this entry, at a position, dropped on record, as its mark says? STATUS_CORRUPT when
 * not; other statuses where the event that it names cannot be read. */
MUST_USE enum status ledger_check_drop(
    struct drop_check *check,
    uint64_t at,
    const struct entry *entry,
    struct bytes mark,
    struct error *error);

/* Puts the mark in the place of the body, in an open transaction. */
MUST_USE enum status ledger_drop_body(
    const struct ledger_view *view,
    struct store_txn *txn,
    uint64_t at,
    uint64_t by,
    struct error *error);

/* STATUS_CORRUPT, code "ledger_damaged", naming the position. */
enum status ledger_damaged(struct error *error, uint64_t position, const char *what);

#endif
