/*
 * The writer's limits: what LMDB alone makes of the same bytes, and what the disk alone makes of a
 * flush.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_RAW_LEDGER_H
#define TESTS_BENCH_RAW_LEDGER_H

#include "core/base/error.h"
#include "tests/bench/figures.h"

/* Copies the entries and bodies of a closed ledger, from position `first` on, into three tables of
 * a bare environment in the empty directory `into`, with all digests and tree hashes computed
 * anew; committed in batches of the given sizes, until they or the seconds end. */
struct raw_order {
    const char *from;
    const char *into;
    uint64_t first;
    const struct series *batches;
    double seconds;
};
MUST_USE enum status
raw_ledger_run(const struct raw_order *order, double *out_events_per_second, struct error *error);

/* 4 KiB written into a file that has its blocks, and synced, again and again. */
MUST_USE enum status
disk_flush_run(const char *path, double seconds, double *out_per_second, struct error *error);

#endif
