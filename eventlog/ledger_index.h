/*
 * The forensic index: by all that a search may ask of an event (index_key.h) to positions, as fixed-size
 * duplicates in index.mdb. Derived: lost, it is built again.
 * One thread (the indexer) writes; any thread reads what is committed.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_LEDGER_INDEX_H
#define EVENTLOG_LEDGER_INDEX_H

#include "eventlog/index_key.h"
#include "eventlog/ledger.h"

struct ledger_index;

/* Opens <directory>/index.mdb; another version's, or one that the ledger does not confirm, is emptied.
 * Read-only it is refused: STATUS_NOT_FOUND, or STATUS_CORRUPT. */
MUST_USE enum status ledger_index_open(
    const char *directory,
    struct ledger *ledger,
    bool is_read_only,
    struct ledger_index **out,
    struct error *error);
void ledger_index_close(struct ledger_index *index); /* accepts NULL */

/* Reads up to `limit` events more and commits. Indexer thread. *out_added 0: at the head. An empty index of a
 * large ledger is built as a whole, in many such steps, and has its size after the last. A file that
 * turns out to be damaged is set aside and built again, which the STATUS_CORRUPT tells. */
MUST_USE enum status ledger_index_catch_up(
    struct ledger_index *index, size_t limit, size_t *out_added, struct error *error);

/* It is not to go beyond this size: what is forgotten by later events is found in it. Before it is caught up. */
void ledger_index_end_at(struct ledger_index *index, uint64_t size);

/* How far it has come, committed. Any thread. */
uint64_t ledger_index_size(const struct ledger_index *index);

/* What to look for. */
struct ledger_index_query {
    enum ledger_index_kind kind;
    struct bytes key;
    struct position from; /* inclusive; newest first from the head: UINT64_MAX */
    bool newest_first;
    size_t limit;
};

/* Positions of the key, rising from `from`, or falling from it, in the arena. Any thread.
 * STATUS_UNAVAILABLE for a damaged file that could not be built again yet. */
MUST_USE enum status ledger_index_find(
    struct ledger_index *index,
    const struct ledger_index_query *query,
    struct arena *arena,
    const struct position **out,
    size_t *out_count,
    struct error *error);

/* Keys of which an event has one at least. */
struct index_any {
    const struct index_key *keys;
    size_t count;
};

/* A search for events that have a key of each of these, among the positions from `from` up to `end`,
 * which is no longer one of them. */
struct index_search {
    const struct index_any *all; /* not none */
    size_t count;
    uint64_t from;
    uint64_t end;
    bool newest_first;
    size_t work; /* steps in the lists of positions that it may take */
};

/* Up to `limit` positions, rising or falling. What has been searched is taken out of the search, and
 * the steps out of its work: where neither the limit nor the work ended it, `from` is `end`. The read
 * transaction ends before it returns. Any thread. STATUS_UNAVAILABLE where the index does not reach to
 * `end`, because it is built again. */
MUST_USE enum status ledger_index_search(
    struct ledger_index *index,
    struct index_search *search,
    size_t limit,
    struct position *out,
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
