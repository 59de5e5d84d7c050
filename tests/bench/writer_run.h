/*
 * One measurement of the writer: a fresh ledger, so many waiting clients, so many seconds.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_WRITER_RUN_H
#define TESTS_BENCH_WRITER_RUN_H

#include "core/base/error.h"
#include "tests/bench/figures.h"

#include <stdbool.h>

struct writer_order {
    const char *home; /* an empty directory; the ledger is left there */
    unsigned clients;
    double seconds;
    bool is_signing; /* the signer runs beside it, as in the server */
};

struct writer_result {
    uint64_t first;          /* position of the first event that counts */
    struct series batches;   /* events of each commit, from there on */
    struct series latencies; /* µs from submission to the waking of the client */
    double commands_per_second;
    uint64_t signed_size; /* of the ledger, by the last checkpoint; 0: none */
};

/* Fills `out` in any case, for writer_result_free(). Calling thread: the clients'. */
MUST_USE enum status
writer_run_measured(const struct writer_order *order, struct writer_result *out, struct error *f);
void writer_result_free(struct writer_result *result);

#endif
