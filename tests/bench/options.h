/*
 * What the caller of the benchmarks wants measured, and how long it may take.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_OPTIONS_H
#define TESTS_BENCH_OPTIONS_H

#include "core/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct options {
    bool is_json;
    bool wants_help;
    bool has_writer;
    bool has_rebuild;
    int64_t events;        /* of the rebuilt ledger */
    double seconds;        /* of one measurement of the writer */
    int64_t runs;          /* of the writer's row; the median counts */
    int64_t clients;       /* 0: 1, 32 and 512 of them */
    const char *directory; /* for data; on the disk that is to be measured */
};

/* STATUS_INVALID with a sentence. */
MUST_USE enum status
options_read(int argc, char *const *argv, struct options *out, struct error *error);

/* The manual, for --help. */
extern const char options_help[];

#endif
