/*
 * The forensic index: by stream, workspace, actor, entity, type, correlation and origin digest to
 * positions, as fixed-size duplicates in index.mdb. Derived: lost, it is built again.
 * One thread (the indexer) writes; any thread reads what is committed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_INDEX_H
#define EVENTLOG_INDEX_H

#include "eventlog/evlog.h"

struct evindex;

enum index_kind {
    INDEX_STREAM = 1,
    INDEX_WORKSPACE = 2,
    INDEX_ACTOR = 3,
    INDEX_ENTITY = 4, /* every UUID that the event's fields name */
    INDEX_TYPE = 5,
    INDEX_CORRELATION = 6,
    INDEX_ORIGIN = 7
};

/* Opens <directory>/index.mdb; a size or root that the ledger does not confirm empties it. */
MUST_USE enum status evindex_open(
    const char *directory,
    struct evlog *log,
    bool is_read_only,
    struct evindex **out,
    struct error *error);
void evindex_close(struct evindex *index); /* accepts NULL */

/* Reads up to `limit` events more and commits. Indexer thread. *out_added 0: at the head. */
MUST_USE enum status
evindex_catch_up(struct evindex *index, size_t limit, size_t *out_added, struct error *error);

/* How far it has come, committed. Any thread. */
uint64_t evindex_size(const struct evindex *index);

/* What to look for: a key of 16 bytes, or for INDEX_TYPE the type's name, for INDEX_ORIGIN 32. */
struct evindex_query {
    enum index_kind kind;
    struct bytes key;
    struct position from; /* inclusive; newest first from the head: UINT64_MAX */
    bool newest_first;
    size_t limit;
};

/* Positions of the key, rising from `from`, or falling from it, in the arena. Any thread. */
MUST_USE enum status evindex_find(
    struct evindex *index,
    const struct evindex_query *query,
    struct arena *arena,
    const struct position **out,
    size_t *out_count,
    struct error *error);

/* SHA-256 over all pairs, in order: for verify. */
struct digest evindex_digest(struct evindex *index);

/* Where two indexes differ, as far as events below `size` go: what a running indexer adds meanwhile
 * does not count. `each` gets the stored key (kind, then key). For verify. */
MUST_USE enum status evindex_compare(
    struct evindex *a,
    struct evindex *b,
    uint64_t size,
    void (*each)(struct bytes key, struct position at, void *context),
    void *context,
    struct error *error);

#endif
