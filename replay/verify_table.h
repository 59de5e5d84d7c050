/*
 * The tables of two sets, row by row and column by column, in SQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REPLAY_VERIFY_TABLE_H
#define REPLAY_VERIFY_TABLE_H

#include "core/db/db.h"
#include "projections/projector.h"
#include "replay/verify_internal.h"

struct table_comparison {
    struct db *db; /* inside a transaction */
    const char *served;
    const char *fresh;
    struct arena *arena;
    struct part *part; /* gets what differs: table, row, columns */
};

/* A served table that cannot be compared, because it or a column of it is gone, is a finding too. */
MUST_USE enum status verify_table_compare(
    const struct table_comparison *comparison, const struct table *table, struct error *error);

/* So every table of every projector; how many there were. */
MUST_USE enum status verify_tables_compare(
    const struct table_comparison *comparison, int64_t *out_count, struct error *error);

#endif
