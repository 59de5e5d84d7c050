/*
 * A set of tables with a million rows, for tests of plans. Ids are numbers: the workspace 1 has half
 * of all rows, 99 others share the rest, and more have none; the person 7 belongs to the workspaces 1, 2 and 3,
 * the person 8 to the workspace 1500, which has none.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_MANY_ROWS_H
#define TESTS_SUPPORT_MANY_ROWS_H

#include "core/base/error.h"
#include "core/db/db.h"

/* Makes tables, rows, indexes and statistics in an empty database; and the SQL functions n(number)
 * for an id and at(number) for a time. */
MUST_USE enum status many_rows_make(struct db *db, struct error *error);

#endif
