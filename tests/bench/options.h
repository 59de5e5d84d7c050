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
    bool is_quick; /* only shows that the rows run; no verdict */
    bool wants_help;
    double seconds;  /* of one measurement of a rate */
    int64_t runs;    /* of it; the median counts */
    int64_t clients; /* 0: the usual numbers of them */
    int64_t events;  /* of generated ledgers */
    int64_t rows;    /* of each table that is listed */
    int64_t waiting; /* agents that wait for work */
    int64_t timers;
    int64_t schedules;
    int64_t sockets;        /* that are idle; a tenth of as many hear broadcasts, or are agents */
    const char *server;     /* program that is measured; NULL: the one beside this program */
    const char *against;    /* another one, which the row http compares with; NULL: none */
    const char *directory;  /* for data; on the disk that is to be measured */
    char *const *row_names; /* NULL-ended; none: all rows */
};

/* Borrows from `argv`, whose items it sorts. STATUS_INVALID with a sentence. */
MUST_USE enum status
options_read(int argc, char *const *argv, struct options *out, struct error *error);

/* The manual of the options, for --help. */
extern const char options_help[];

#endif
