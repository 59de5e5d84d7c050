/*
 * The forensic timeline: which events pass a filter, found by the index and read from the ledger.
 *
 *   filter ─► keys ─► ledger_index_search ─► positions ─► ledger_read_entries ─► does it pass? ─► page
 *                     (behind the index: every position)   (of an entity, an origin: with its body)
 *
 * Every event is judged by what stands in the ledger; the index only says where to look. So what the
 * index does not have yet is found too. A search costs a bounded amount of work; where that ends first
 * the page is short, and says how far it came.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_TIMELINE_H
#define EVENTLOG_TIMELINE_H

#include "eventlog/timeline_origin.h"

struct ledger;
struct ledger_index;

/* What events must have; absent (zero) members ask for nothing. */
struct timeline_filter {
    struct uuid workspace;
    struct uuid actor;
    struct uuid entity; /* as the event's stream, or anywhere in its fields */
    struct uuid correlation;
    struct uuid causation;
    struct text type; /* name of a type, or of an area followed by ".*" */
    struct timeline_origin *origin;
    int64_t actor_kind; /* enum actor_kind */
    int64_t outcome;    /* enum outcome */
};

/* Does an event pass? */
bool timeline_passes(const struct timeline_filter *filter, const struct record *record);

/* A search among the positions from `from` up to `end`, which is no longer one of them. */
struct timeline_search {
    const struct timeline_filter *filter;
    uint64_t from;
    uint64_t end; /* beyond the head: the head */
    bool newest_first;
    size_t work; /* steps and readings that it may take */
};

enum { TIMELINE_WORK = 20000 };

struct timeline_event {
    struct entry entry;
    bool has_body;
};

/* Up to `limit` events, in the arena. What has been searched is taken out of the search, and what it
 * cost out of its work: where `from` is `end` there is nothing more. Any thread; no transaction is
 * open between two readings. STATUS_UNAVAILABLE while the index is built again. */
MUST_USE enum status timeline_find(
    struct ledger *ledger,
    struct ledger_index *index,
    struct timeline_search *search,
    size_t limit,
    struct arena *arena,
    const struct timeline_event **out,
    size_t *out_count,
    struct error *error);

/* How many events there are between each two bounds, which are positions and do not fall. */
struct timeline_buckets {
    const uint64_t *bounds; /* one more than buckets; none beyond the head */
    uint64_t *counts;       /* zeroed by the caller */
    size_t count;           /* not none */
};

/* Counts between the bounds, oldest first, until the search's work ends; what was searched is taken out of
 * it. No event is read that stands in the index. Any thread. */
MUST_USE enum status timeline_count(
    struct ledger *ledger,
    struct ledger_index *index,
    struct timeline_search *search,
    const struct timeline_buckets *buckets,
    struct error *error);

#endif
