/*
 * The numbered scripts of the registry, which the build put into the binary.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_SCRIPTS_H
#define MIGRATIONS_SCRIPTS_H

struct sql_script {
    const char *path; /* "migrations/registry/0001_sets.sql" */
    const char *text;
};

/* In the order of their paths; ended by a row of NULLs. */
extern const struct sql_script sql_scripts[];

#endif
