/*
 * A row of any read model as of any moment, from ledger and index alone: the events that concern it,
 * folded in memory by its own projector.
 *
 *   index ─► positions of the row's events ─► records ─► projector ─► row, step by step
 *                 ▲                                          │ looks at another row
 *                 └──────────────────────────────────────────┘ then that one's events too: again
 *
 * The events that concern a row are those of the stream that has its id, the one event of that id, those
 * of the types that its projector says to reach farther (projector.h), and where there is none of all
 * these, those that name it. A row whose id is made of several things (rows_key) has a stream at most, and
 * what made it is what that follows from; without a stream it is not found.
 * What an operator took out of a table's way (quarantine.h) is folded all the same.
 *
 * What is personal stays sealed: a text of the row that has something personal in it holds bytes that no
 * text has (fold_is_sealed), the same for the same text within one fold. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_FOLD_H
#define PROJECTIONS_FOLD_H

#include "core/db/table.h"
#include "eventlog/record.h"

struct keyring;
struct ledger;
struct ledger_index;

/* All borrowed. */
struct fold_sources {
    struct ledger *ledger;
    struct ledger_index *index;
    struct keyring *keyring;
};

/* What one event did to the row. Lent during the call. */
struct fold_step {
    const struct record *record;
    const void *before; /* NULL: there was no row */
    const void *after;  /* NULL: there is none any more */
    bool has_forgotten; /* something personal in the event opens no more */
};

struct fold {
    const struct table *table;
    struct uuid key;
    uint64_t size;       /* of the ledger, as far as it is folded */
    bool is_until_made;  /* ends with the event that makes the row */
    bool opens_personal; /* what is personal is text; for whoever may read it */
    /* The fold begins anew, with more events than before: what each() was told is void. */
    void (*again)(void *context);
    /* For each event that made the row another one, in order. */
    void (*each)(const struct fold_step *step, void *context);
    void *context;
};

struct fold_result {
    const void *row; /* in the arena; NULL: there is none */
    uint64_t events; /* that were looked at */
    int64_t no_body; /* position of the first event that it is made of and whose body was dropped */
    bool is_traceable; /* false: the id is made of several things, and no event has it */
};

/* At most so many events are read for one row and those that it depends on. */
enum { FOLD_MOST_EVENTS = 50000 };

/* STATUS_TOO_LARGE (history_too_long) where it needs more than that; STATUS_UNAVAILABLE (index_behind) while
 * the index lacks much of the ledger. */
MUST_USE enum status fold_row(
    const struct fold_sources *sources,
    const struct fold *fold,
    struct arena *arena,
    struct fold_result *out,
    struct error *error);

/* Does the text stand for something that is sealed? */
bool fold_is_sealed(struct text text);

#endif
