/*
 * A set under construction, shared by the files that open it, step it and fold it in bulk.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_BUILD_INTERNAL_H
#define PROJECTIONS_BUILD_INTERNAL_H

#include "projections/batch_internal.h"
#include "projections/build.h"
#include "projections/sets.h"

struct build {
    struct db *db; /* borrowed */
    char schema[SET_NAME_SIZE];
    uint64_t size;                /* committed */
    struct timestamp recorded_at; /* of the last event that a step applied */
    bool has_keys;                /* its tables have their primary keys */
    bool is_ready;                /* and their indexes */
    struct rows *rows;
    struct listeners listeners;
    struct quarantine *quarantine;
    struct batch_source source;   /* of the ledger's batches; ledger and keyring are borrowed */
    struct batch batch;           /* of a step */
    atomic_uint_fast64_t cleaned; /* by all of its batches */
};

MUST_USE enum status build_begin(struct build *build, struct error *error);

void build_rollback(struct build *build);

/* Notes, in the caller's transaction, that the set reflects a ledger of `size`. */
MUST_USE enum status build_mark(struct build *build, uint64_t size, struct error *error);

/* Makes the primary keys where they are missing, in the caller's transaction if there is one: before
 * rows are fetched or changed, and after the first rows of a rebuild are copied. */
MUST_USE enum status build_make_keys(struct build *build, struct error *error);

/* Is it about an event, rather than about the database being away? */
bool build_status_is_about_event(enum status status);

/* Does, in the caller's transaction, the erasures that were noted while the set was not ready. */
MUST_USE enum status build_erase_noted(struct build *build, struct error *error);

/* Makes the indexes of a set that has none and calls it ready. */
MUST_USE enum status build_finish(struct build *build, struct error *error);

#endif
