/*
 * What is asked of the timeline: parameters of a request into a search, and cursors of its pages.
 *
 *   parameters ─► timeline_filter_read() ─► filter, positions ─► timeline_find() ─► page
 *                     ▲                                                               │
 *                     └────────────── after ◄── timeline_cursor_make() ◄──────────────┘
 *
 * A cursor holds which positions are left, so that "-2h" means on every page what it meant on the
 * first; and a digest of what was asked, so that it is of no use with other filters.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_EVIDENCE_TIMELINE_FILTER_H
#define API_EVIDENCE_TIMELINE_FILTER_H

#include "core/base/error.h"
#include "core/shape/shape.h"
#include "eventlog/timeline.h"

struct keyring;

struct timeline_input {
    struct text from;
    struct text to;
    struct text around;
    struct text within;
    int64_t from_position;
    int64_t to_position;
    struct uuid workspace;
    struct uuid actor;
    struct enum_value actor_kind;
    struct uuid entity;
    struct text type;
    struct text correlation;
    struct uuid causation;
    struct text origin;
    struct enum_value outcome;
    struct enum_value order;
    int64_t limit;
    struct text after;
};
extern const struct shape timeline_input_shape;

extern const char *const actor_kind_names[]; /* of enum actor_kind */
extern const char *const outcome_names[];    /* of enum outcome */

/* The same in a workspace. */
struct timeline_request {
    struct timeline_input input;
    struct uuid workspace_id;
};
extern const struct shape timeline_request_shape;

/* What is needed to read one. */
struct timeline_sources {
    struct ledger *ledger;
    struct keyring *keyring;
    struct timestamp now;
    struct uuid workspace; /* that nobody may look beyond; absent: all */
};

struct timeline_question {
    struct timestamp from; /* absent: the ledger's first event */
    struct timestamp to;   /* absent: its last */
    struct timeline_filter filter;
    struct timeline_search search; /* its filter is the one above */
    struct digest asked;           /* what cursors of it hold */
    bool is_open;                  /* oldest first, up to the head wherever that is */
};

/* STATUS_INVALID naming the field. What `out` points to is lent by the input or lies in the arena. */
MUST_USE enum status timeline_filter_read(
    const struct timeline_sources *sources,
    const struct timeline_input *input,
    struct arena *arena,
    struct timeline_question *out,
    struct error *error);

/* Where the search goes on; absent where nothing is left of it. In the arena. */
struct text timeline_cursor_make(const struct timeline_question *question, struct arena *arena);

/* Where it goes on later, with what is recorded by then, too: absent where it goes back in time, or ends
 * before the head. In the arena. */
struct text timeline_cursor_later(const struct timeline_question *question, struct arena *arena);

/* Takes the positions that are left from a cursor. False when it is none of this question. */
MUST_USE bool
timeline_cursor_read(struct text cursor, struct arena *arena, struct timeline_question *question);

#endif
