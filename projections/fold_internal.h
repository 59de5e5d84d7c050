/*
 * A fold under way, shared by the files that find its events, mask what is personal and apply them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_FOLD_INTERNAL_H
#define PROJECTIONS_FOLD_INTERNAL_H

#include "eventlog/position.h"
#include "projections/batch_internal.h"
#include "projections/fold.h"

/* A row that the fold keeps up with: the one that was asked for, or one that it depends on. */
struct watched {
    const struct table *table;
    const struct projector *projector; /* of the table */
    uint64_t writers; /* who puts rows into it: a bit each, in the order of the catalogue */
    struct uuid key;
    uint64_t end;              /* events below may concern it */
    bool is_found;             /* `at` has all of them */
    const struct position *at; /* rising */
    size_t count;
    size_t next; /* the first that was not applied yet */
};

enum { FOLD_MOST_ROWS = 64, FOLD_NONCE_SIZE = 16 };

struct folding {
    const struct fold_sources *sources;
    const struct fold *fold;
    struct listeners listeners;
    struct rows *rows;
    struct arena *batch;                    /* of one event */
    struct arena *found;                    /* positions */
    struct watched watched[FOLD_MOST_ROWS]; /* the first is the one that was asked for */
    size_t watched_count;
    uint64_t at;      /* position of the event that is applied */
    bool is_own;      /* it is one of the row that was asked for */
    size_t left;      /* events that may still be read */
    bool has_grown;   /* rows or events came to be watched in this round */
    bool is_too_wide; /* and there was no room for one */
    uint8_t nonce[FOLD_NONCE_SIZE];
};

/* Finds the events of a watched row, up to its end. */
MUST_USE enum status
fold_find(struct folding *folding, struct watched *watched, struct error *error);

/* Takes events out of what may be read. STATUS_TOO_LARGE where nothing is left. */
MUST_USE enum status fold_spend(struct folding *folding, size_t events, struct error *error);

/* Opens what is personal in a record, in place, and puts bytes that no text has in its place unless the
 * fold opens it. *out_forgotten: something opens no more. */
MUST_USE enum status
fold_open(struct folding *folding, struct record *record, bool *out_forgotten, struct error *error);

#endif
