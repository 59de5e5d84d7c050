/*
 * A real PostgreSQL for tests: one private server per test program, started when first needed and
 * stopped when the program ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_POSTGRES_H
#define TESTS_SUPPORT_POSTGRES_H

/* Conninfo of a fresh, empty database. Borrowed for the life of the program. */
const char *make_database(void);

/* The same of one with what another has that this program made, and that nobody is connected to. */
const char *copy_database(const char *conninfo);

#endif
