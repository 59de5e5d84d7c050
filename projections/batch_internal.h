/*
 * A batch: records from the ledger, on their way to the handlers of the projectors.
 *
 *   ledger ──batch_read──► records, who handles each ──batch_open──► personal fields as text
 *          ──batch_apply──► rows (rows_internal.h)
 *
 * Reading and opening touch nothing but the batch, so that several threads may prepare batches of
 * one build at a time (readers_internal.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_BATCH_INTERNAL_H
#define PROJECTIONS_BATCH_INTERNAL_H

#include "eventlog/ledger_read.h"
#include "eventlog/seal.h"
#include "projections/quarantine.h"
#include "projections/rows_internal.h"

#include <stdatomic.h>

/* What a handler is found by, in the catalogue turned round: from a type of event to those who
 * handle it. */
struct listener {
    const struct event_type *type;
    size_t order; /* in the catalogue */
    const struct projector *projector;
    const struct handler *handler;
};
struct listeners {
    struct listener *items; /* by type, then order */
    size_t count;
};
void listeners_init(struct listeners *listeners);
void listeners_fini(struct listeners *listeners);

/* Who handles a record; none of a type that this program does not know. */
struct handled_by {
    const struct listener *first;
    size_t count;
};
struct handled_by listeners_of(const struct listeners *listeners, const struct record *record);

/* Has the record's handler change the rows; `rows->batch` is set. */
void listener_apply(
    const struct listener *listener, const struct record *record, struct rows *rows);

/* Where batches come from; all borrowed. Constant while batches are read. */
struct batch_source {
    struct ledger *log;
    struct keyring *keyring;
    const struct listeners *listeners;
    const struct quarantine *quarantine;
    atomic_uint_fast64_t *cleaned; /* counts events whose text was not clean */
};

enum { BATCH_EVENTS = 1000, BATCH_BYTES = 4 << 20 };

struct batch {
    struct arena *arena; /* the records, and what handlers make of them */
    struct record *records;
    struct handled_by *handled_by;
    size_t count;
};

void batch_init(struct batch *batch);
void batch_fini(struct batch *batch);

/* Reads the next records from `at` on, at most `limit`, about BATCH_BYTES. Damage behind some good
 * records is told by the next call. */
MUST_USE enum status batch_read(
    struct batch *batch,
    const struct batch_source *source,
    uint64_t at,
    size_t limit,
    struct error *error);

/* Opens the personal fields of `count` records for the projectors that read them. */
MUST_USE enum status batch_open(
    struct batch *batch,
    const struct batch_source *source,
    size_t from,
    size_t count,
    struct error *error);

/* Applies `count` opened records to the rows in memory. */
MUST_USE enum status batch_apply(
    struct batch *batch,
    const struct batch_source *source,
    size_t from,
    size_t count,
    struct rows *rows,
    struct error *error);

/* An event whose text PostgreSQL would refuse is there for ever, and must not stop what comes after it:
 * U+FFFD marks what was there, in copies. Gives how many parts were so, and the event's field. */
size_t batch_clean(struct arena *arena, struct record *record, const struct field **out_field);

#endif
