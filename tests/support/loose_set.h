/*
 * The read models' tables in a schema of their own, where no column must be given: rows for a test
 * name what it is about, and nothing else.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_LOOSE_SET_H
#define TESTS_SUPPORT_LOOSE_SET_H

struct db;

/* Empty tables, without keys; the connection's search path is this schema from now on. */
void given_loose_set(struct db *db, const char *schema);

#endif
