/*
 * The registry of read-model sets, for those who build beside what is served: replay, prepare and
 * verify. The registry must be there (migrate_registry, build_open).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_SETS_H
#define PROJECTIONS_SETS_H

#include "core/base/error.h"
#include "core/crypto/crypto.h"
#include "core/db/db.h"

#include <stdbool.h>

enum { SET_NAME_SIZE = 64 };

struct served_set {
    char schema[SET_NAME_SIZE];
    uint64_t size; /* of the ledger that it reflects */
    struct digest root;
    bool has_root;
    bool is_ours; /* made by a program with this one's fingerprint */
};

/* The set that is read. STATUS_NOT_FOUND (code "no_set_served") when there is none. */
MUST_USE enum status sets_served(struct db *db, struct served_set *out, struct error *error);

/* The same inside a transaction, until whose end it stays where it is: whoever writes the set waits
 * with his commit. Keep it short. */
MUST_USE enum status sets_hold_served(struct db *db, struct served_set *out, struct error *error);

/* The name for a set of this program beside others, "set_<fingerprint>_<n>": that of one which was
 * begun and not finished, else a new one. */
MUST_USE enum status
sets_name_beside(struct db *db, char out_schema[SET_NAME_SIZE], struct error *error);

/* Drops a set, unless it is served or somebody writes it: then *out_dropped is false. */
MUST_USE enum status
sets_drop(struct db *db, const char *schema, bool *out_dropped, struct error *error);

/* Drops this program's sets that neither are served, nor asked to be, nor written; but not `kept`. */
MUST_USE enum status sets_drop_old(struct db *db, const char *kept, struct error *error);

#endif
