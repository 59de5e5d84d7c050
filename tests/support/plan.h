/*
 * The plan of a statement, as PostgreSQL carried it out.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_PLAN_H
#define TESTS_SUPPORT_PLAN_H

#include "core/base/arena.h"
#include "core/db/db.h"

/* The output of "explain (analyze …)", a line for each node; in the arena. Planned as the program has
 * it planned: with the values of the input or, once it is prepared, without. */
struct text plan_of(struct db *db, const struct sql *sql, const void *input, struct arena *arena);

/* How many rows its nodes have read, whether they were kept or not. */
int64_t plan_rows_read(struct arena *arena, struct text plan);

#endif
