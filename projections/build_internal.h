/*
 * A set under construction, shared by the files that open it, step it and fold it in bulk.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_BUILD_INTERNAL_H
#define PROJECTIONS_BUILD_INTERNAL_H

#include "projections/build.h"
#include "projections/listeners_internal.h"
#include "projections/quarantine.h"
#include "projections/rows_internal.h"
#include "projections/sets.h"

enum { BATCH_EVENTS = 1000, BATCH_BYTES = 4 << 20 };

struct build {
    struct db *db; /* borrowed, as log and keyring */
    struct ledger *log;
    struct keyring *keyring;
    char schema[SET_NAME_SIZE];
    uint64_t size;                /* committed */
    struct timestamp recorded_at; /* of the last event that a step applied */
    bool is_ready;                /* its indexes are made */
    struct rows *rows;
    struct listeners listeners;
    struct arena *arena;    /* one batch's records and what handlers make of them */
    struct record *records; /* BATCH_EVENTS of them */
    struct quarantine *quarantine;
};

/* Reads the next records from `at` on, at most `limit`. Damage behind some good records is told
 * by the next call. */
MUST_USE enum status
batch_read(struct build *build, uint64_t at, size_t limit, size_t *out_count, struct error *error);

/* Applies records that were read to the rows in memory. */
MUST_USE enum status
batch_apply(struct build *build, struct record *records, size_t count, struct error *error);

MUST_USE enum status build_begin(struct build *build, struct error *error);

/* Writes all rows and the position, and commits; on failure rolls back and forgets all rows. */
MUST_USE enum status build_commit(struct build *build, uint64_t size, struct error *error);
void build_rollback(struct build *build);

/* Is it about an event, rather than about the database being away? */
bool build_status_is_about_event(enum status status);

/* Makes the indexes of a set that has none and calls it ready. */
MUST_USE enum status build_finish(struct build *build, struct error *error);

#endif
