/*
 * The two rows of the benchmark.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_ROWS_H
#define TESTS_BENCH_ROWS_H

#include "tests/bench/options.h"
#include "tests/bench/place.h"
#include "tests/bench/report.h"

extern const char writer_row_limit[];
extern const char rebuild_row_limit[];

/* One struct writer_figures for each number of clients, in the arena. */
MUST_USE enum status writer_row(
    const struct options *options,
    const struct place *place,
    struct arena *arena,
    struct list *out,
    struct error *error);

/* Main thread: it starts a PostgreSQL of its own. *out_version in the arena. */
MUST_USE enum status rebuild_row(
    const struct options *options,
    const struct place *place,
    struct arena *arena,
    struct rebuild_figures *out,
    struct text *out_version,
    struct error *error);

#endif
