/*
 * Holding a read-model table: whoever reads or writes it waits until it is let go. So a test can
 * stop the projector, or a request in the middle, without a clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_E2E_HELD_TABLE_H
#define TESTS_E2E_HELD_TABLE_H

struct db;

/* Of the set that is served in this database. */
struct db *given_held_table(const char *conninfo, const char *table);
void let_go(struct db **held); /* accepts a pointer to NULL */

#endif
