/*
 * The registry of read-model sets: schema "fleetledger" of the database, which outlives every set.
 *
 *   sets      a row a set: how far it has come (ledger size and root), "building" or "ready"
 *   serving   the one row that says which set is read, and how often that has changed
 *
 * A set is a schema, "set_<fingerprint>" or "set_<fingerprint>_<n>" for one that is built beside
 * another. Any connection may read the registry; only the holder of a set's lock changes its row.
 * The registry must be there (migrate_registry). Statuses are those of db_query().
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SETS_H
#define PROJECTIONS_SETS_H

#include "core/base/error.h"
#include "core/crypto/crypto.h"
#include "core/db/db.h"

#include <stdbool.h>

enum { SET_NAME_SIZE = 64 };

struct set {
    char schema[SET_NAME_SIZE]; /* "": none */
    uint64_t size;              /* of the ledger that it reflects */
    struct digest root;         /* of that ledger */
    bool has_root;              /* false before the first event */
    bool is_ready;              /* it has its indexes */
    bool is_ours;               /* made by a program with this one's fingerprint */
    size_t table_count;         /* tables that its schema has */
    size_t key_count;           /* and primary keys */
    uint64_t generation;        /* of serving; 0: it is not the served set */
};

/* "set_<12 hex digits>" over the SQL of all areas and the projectors' names and versions. */
void sets_fingerprint(char out[32]);

/* Makes sure that only one connection writes a set: held until sets_unlock() or the connection's
 * end. *out_locked is false when another one holds it. */
MUST_USE enum status
sets_lock(struct db *db, const char *schema, bool *out_locked, struct error *error);
/* Who holds the lock, as a phrase for operators in the arena; absent when nobody does any more. */
MUST_USE enum status sets_lock_holder(
    struct db *db, const char *schema, struct arena *arena, struct text *out, struct error *error);
/* A connection that is lost has let go already, so failing means nothing. */
void sets_unlock(struct db *db, const char *schema);

/* Looking up. Where no set answers the description, out->schema is "". */
MUST_USE enum status
sets_find(struct db *db, const char *schema, struct set *out, struct error *error);
/* Of this fingerprint, ready, with a request to be switched to, other than `schema`. */
MUST_USE enum status
sets_requested(struct db *db, const char *schema, struct set *out, struct error *error);
/* The set to work in: the served one of this fingerprint, else one that is requested, else the one
 * that is called by the fingerprint, registered or not (then nothing but its name is filled). */
MUST_USE enum status sets_choose(struct db *db, struct set *out, struct error *error);

/* The set that is read. STATUS_NOT_FOUND (code "no_set_served") when there is none. */
MUST_USE enum status sets_served(struct db *db, struct set *out, struct error *error);
/* The same inside a transaction, until whose end the set keeps its size: its writer waits to
 * commit. Keep it short. */
MUST_USE enum status sets_hold_served(struct db *db, struct set *out, struct error *error);

/* The name for a set of this program beside others, "set_<fingerprint>_<n>": that of one which was
 * begun and not finished, else a new one. */
MUST_USE enum status
sets_name_beside(struct db *db, char out_schema[SET_NAME_SIZE], struct error *error);

/* Changing a set's row. A removed set that was served counts as a switch, because statements that
 * were prepared over its tables are void. */
MUST_USE enum status sets_add(struct db *db, const char *schema, struct error *error);
MUST_USE enum status sets_remove(struct db *db, const char *schema, struct error *error);
MUST_USE enum status sets_set_position(
    struct db *db, const char *schema, uint64_t size, struct digest root, struct error *error);
MUST_USE enum status sets_set_ready(struct db *db, const char *schema, struct error *error);
/* Asks the engine that serves to switch to it. */
MUST_USE enum status sets_request(struct db *db, const char *schema, struct error *error);
/* Makes it the served one, in the caller's transaction, and closes the request. */
MUST_USE enum status
sets_serve(struct db *db, const char *schema, uint64_t *out_generation, struct error *error);

/* Drops a set, tables and row, unless it is served or being written: then *out_dropped is false. */
MUST_USE enum status
sets_drop(struct db *db, const char *schema, bool *out_dropped, struct error *error);
/* Drops this program's sets that are neither served, nor requested, nor being written; but not
 * `kept`. */
MUST_USE enum status sets_drop_old(struct db *db, const char *kept, struct error *error);

#endif
