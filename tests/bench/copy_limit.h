/*
 * The rebuild's limit: what PostgreSQL makes of exactly the same rows, when somebody else has
 * folded them already.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_COPY_LIMIT_H
#define TESTS_BENCH_COPY_LIMIT_H

#include "tests/bench/place.h"

#include <stdint.h>

struct copy_figures {
    int64_t rows;
    double copy_seconds;
    double index_seconds;
};

/* Copies all tables of schema `from` into files of an empty directory, then, with the clock
 * running, from there into bare tables of schema "bench_limit", one after the other, and makes the
 * same indexes and statistics; all in one transaction, which spares PostgreSQL its log. */
struct copy_order {
    const char *conninfo;
    const char *from;
    const char *directory;
};
MUST_USE enum status
copy_limit_run(const struct copy_order *order, struct copy_figures *out, struct error *error);

#endif
