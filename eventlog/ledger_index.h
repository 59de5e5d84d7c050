/*
 * The forensic index: by stream, workspace, actor, entity, type, correlation and origin digest to
 * positions, as fixed-size duplicates in index.mdb. Derived: lost, it is built again.
 * One thread (the indexer) writes; any thread reads what is committed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEDGER_INDEX_H
#define EVENTLOG_LEDGER_INDEX_H

#include "eventlog/ledger.h"

struct ledger_index;

enum ledger_index_kind {
    LEDGER_INDEX_STREAM = 1,
    LEDGER_INDEX_WORKSPACE = 2,
    LEDGER_INDEX_ACTOR = 3,
    LEDGER_INDEX_ENTITY = 4, /* every UUID that the event's fields name */
    LEDGER_INDEX_TYPE = 5,
    LEDGER_INDEX_CORRELATION = 6,
    LEDGER_INDEX_ORIGIN = 7
};

/* Opens <directory>/index.mdb; a size or root that the ledger does not confirm empties it. */
MUST_USE enum status ledger_index_open(
    const char *directory,
    struct ledger *ledger,
    bool is_read_only,
    struct ledger_index **out,
    struct error *error);
void ledger_index_close(struct ledger_index *index); /* accepts NULL */

/* Reads up to `limit` events more and commits. Indexer thread. *out_added 0: at the head. A file that
 * turns out to be damaged is set aside and built again, which the STATUS_CORRUPT tells: nobody may look
 * for anything meanwhile. */
MUST_USE enum status ledger_index_catch_up(
    struct ledger_index *index, size_t limit, size_t *out_added, struct error *error);

/* How far it has come, committed. Any thread. */
uint64_t ledger_index_size(const struct ledger_index *index);

/* What to look for: a key of 16 bytes, or for LEDGER_INDEX_TYPE the type's name, for LEDGER_INDEX_ORIGIN 32. */
struct ledger_index_query {
    enum ledger_index_kind kind;
    struct bytes key;
    struct position from; /* inclusive; newest first from the head: UINT64_MAX */
    bool newest_first;
    size_t limit;
};

/* Positions of the key, rising from `from`, or falling from it, in the arena. Any thread. */
MUST_USE enum status ledger_index_find(
    struct ledger_index *index,
    const struct ledger_index_query *query,
    struct arena *arena,
    const struct position **out,
    size_t *out_count,
    struct error *error);

/* SHA-256 over all pairs, in order: for verify. */
struct digest ledger_index_digest(struct ledger_index *index);

/* Where two indexes differ, as far as events below `size` go: what a running indexer adds meanwhile
 * does not count. `each` gets the stored key (kind, then key). For verify. */
MUST_USE enum status ledger_index_compare(
    struct ledger_index *a,
    struct ledger_index *b,
    uint64_t size,
    void (*each)(struct bytes key, struct position at, void *context),
    void *context,
    struct error *error);

#endif
