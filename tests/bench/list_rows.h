/*
 * Read models full of rows that nobody decided: written straight into the tables of a server, as many
 * as a row of the benchmark wants. Values follow from the columns' names and kinds, so that a new
 * table needs a line in a list.
 *
 * Half of the rows belong to one workspace, one in ten to some team. What is rare (rows of a node, of
 * a person, those that a search finds, the last of enumerated values) is there 120 times however
 * many rows there are, so that pages of it are full everywhere.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_LIST_ROWS_H
#define TESTS_BENCH_LIST_ROWS_H

#include "tests/bench/site.h"

#include <stdint.h>

/* Ids and texts that rows have, to be asked for. */
#define LIST_ROWS_TASK   "00000000-0000-7000-8000-000000000002"
#define LIST_ROWS_NODE   LIST_ROWS_TASK
#define LIST_ROWS_TEAM   "00000000-0000-7000-a000-000000000001"
#define LIST_ROWS_SEARCH "needle"

struct list_rows {
    const struct site *site;
    struct text workspace;      /* an id: of half the rows */
    int64_t count;              /* rows of each table */
    const char *const *scripts; /* run afterwards, each by itself; may be NULL */
    size_t script_count;
};

/* Fills the tables of the one set that is there, and takes their statistics. */
MUST_USE enum status list_rows_fill(const struct list_rows *order, struct error *error);

#endif
