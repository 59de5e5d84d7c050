/*
 * The registry of read-model sets, as rows of schema "fleetledger": which there are, how far each
 * has come, which one is served.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SETS_INTERNAL_H
#define PROJECTIONS_SETS_INTERNAL_H

#include "core/base/position.h"
#include "core/crypto/crypto.h"
#include "core/db/db.h"

enum { SCHEMA_NAME_SIZE = 64 };

struct set_row {
    struct text schema;
    int64_t size; /* of the ledger that it reflects */
    struct bytes root;
    struct text state; /* "building" or "ready" */
    struct text fingerprint;
    struct opt_bool switch_requested;
    int64_t tables; /* that are there; set_find() only */
};

struct quarantine_row {
    struct text table_name; /* "*": all of them */
    int64_t position;
};

/* One connection at a time may write a set. *out_locked is false when another one does. */
MUST_USE enum status
set_lock(struct db *db, const char *schema, bool *out_locked, struct error *error);
/* A connection that is gone has let go already, so failing means nothing. */
void set_unlock(struct db *db, const char *schema);

/* NULL in *out when there is none of this name. */
MUST_USE enum status set_find(
    struct db *db,
    const char *schema,
    struct arena *arena,
    const struct set_row **out,
    struct error *error);
MUST_USE enum status set_add(struct db *db, const char *schema, struct error *error);
/* Takes it off the registry; a served one gets another generation, because what was prepared over
 * its tables is void. */
MUST_USE enum status set_remove(struct db *db, const char *schema, struct error *error);
MUST_USE enum status
set_mark(struct db *db, const char *schema, uint64_t size, struct digest root, struct error *error);
MUST_USE enum status set_mark_ready(struct db *db, const char *schema, struct error *error);
MUST_USE enum status set_request(struct db *db, const char *schema, struct error *error);

/* The schema to work in: the served one of this program's fingerprint, else one that was asked to
 * be switched to, else the fingerprint's own name. *out_serving: it is the served one. */
MUST_USE enum status set_choose(
    struct db *db,
    char out_schema[SCHEMA_NAME_SIZE],
    bool *out_serving,
    uint64_t *out_generation,
    struct error *error);

/* A set of this fingerprint, ready and asked to be switched to, other than `schema`; "" for none. */
MUST_USE enum status set_requested(
    struct db *db, const char *schema, char out_schema[SCHEMA_NAME_SIZE], struct error *error);

MUST_USE enum status
set_serve(struct db *db, const char *schema, uint64_t *out_generation, struct error *error);

MUST_USE enum status
quarantine_add(struct db *db, const char *table, struct position position, struct error *error);
MUST_USE enum status quarantine_list(
    struct db *db,
    struct arena *arena,
    const struct quarantine_row **out,
    size_t *out_count,
    struct error *error);

#endif
