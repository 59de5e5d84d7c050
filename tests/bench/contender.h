/*
 * What a load is driven against, ours or another engine, and what one run of it shows: rate, latency,
 * processor time by thread, and how far the read models fell behind.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_CONTENDER_H
#define TESTS_BENCH_CONTENDER_H

#include "tests/bench/workload.h"

/* A sample a run; processor time in µs a request. */
struct load_samples {
    struct samples requests;
    struct samples p50;
    struct samples p99;
    struct samples all; /* the contender's own process and its PostgreSQL */
    struct samples loop;
    struct samples worker;
    struct samples writer;
    struct samples projector;
    struct samples indexer;
    struct samples postgres;
    struct samples client; /* this program */
    struct samples behind;
};

/* A server and its fleet. */
struct served {
    struct place home;
    struct site site;
    struct workload workload;
};

/* Ours, or one of the limits. */
struct contender {
    const char *name;
    const struct load_protocol *protocol;
    void *context;
    const struct operation *operation; /* of ours; NULL for others */
    struct served *served;             /* of ours, otherwise where PostgreSQL is */
    const struct contender *rival;     /* the same of the other server, or NULL */
    struct workload_load load;         /* the context of ours */
    pid_t process;                     /* whose threads are counted; 0 for none but PostgreSQL */
    struct load_samples samples;
};

/* One run of so many connections: prepares, warms up, measures for `seconds`, longer where nothing is
 * answered meanwhile, and adds a sample to each of `samples`. Before and after it the read models catch up with the ledger. */
MUST_USE enum status contender_run(
    struct contender *contender, unsigned connections, double seconds, struct error *error);

/* What the server could answer at this size, were the answer fixed: between a small and a large one that
 * are, by the time of a request; a sample a run. */
struct samples
contender_fixed_rate(const struct contender *small, const struct contender *large, size_t bytes);

#endif
