/*
 * A ledger and a set of read models made from it, for tests of projectors.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_PROJECTED_H
#define TESTS_SUPPORT_PROJECTED_H

#include "core/db/db.h"
#include "projections/build.h"
#include "tests/support/ledger.h"

struct projected {
    struct test_ledger *ledger;
    const char *conninfo;
    struct db *db;
    struct build *build; /* of schema "set_test" */
    struct arena *arena; /* of answers */
};

/* A fresh ledger, a fresh database and an empty set that is ready. */
struct projected *make_projected(void);
void end_projected(struct projected *projected); /* accepts NULL */

/* Commits what was added to the ledger and applies it, live. */
void given_applied(struct projected *projected);

/* Ada, user 1, an admin. */
void given_ada_registered(struct projected *projected);

/* Node 10 of workspace 2, web-1 by its hostname, under a name; and task 30 on it. */
void given_web(struct projected *projected, const char *name);
void given_shell_task(struct projected *projected, bool is_internal);

/* The single value of a query, as text; absent for null. */
struct text value_of(struct projected *projected, const char *query);

/* The table's only row as JSON, with the columns in order. */
struct text row_of(struct projected *projected, const char *table);

/* A digest over all rows of all tables of a schema, as text. */
struct text digest_of(struct projected *projected, const char *schema);

#endif
