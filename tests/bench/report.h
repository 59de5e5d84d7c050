/*
 * What was measured, under which conditions; as a table for people and as JSON for programs.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_REPORT_H
#define TESTS_BENCH_REPORT_H

#include "core/base/arena.h"
#include "core/shape/shape.h"

#include <stdbool.h>

struct conditions {
    struct text processor;
    int64_t cores;
    struct text kernel;
    struct text filesystem;
    struct text compiler;
    struct text lmdb;
    struct text postgresql; /* absent when it was not needed */
    double load;            /* of the machine before it began: what else ran */
};

/* Of the machine, the file system below a directory, and this program. Texts in the arena. */
struct conditions conditions_of(const char *directory, struct arena *arena);

/* The writer's row at one number of clients: medians over the runs. */
struct writer_figures {
    int64_t clients;
    double commands_per_second; /* durable, answered; each is one event */
    double events_per_commit;
    double raw_events_per_second; /* the limit: raw LMDB */
    double ratio;                 /* of the limit */
    double latency_p50_ms;
    double latency_p99_ms;
    double flushes_per_second; /* of the disk alone: 4 KiB written and synced */
};

struct rebuild_figures {
    int64_t events;
    int64_t rows;
    double seconds;
    double events_per_second;
    double rows_per_second;
    double copy_seconds;  /* of the limit: COPY of the same rows … */
    double index_seconds; /* … and their indexes and statistics */
    double limit_seconds; /* both */
    double ratio;         /* the limit's time ÷ ours */
    double peak_mib;      /* most memory of our own while rebuilding */
};

struct report {
    const struct conditions *conditions;
    struct text writer_limit; /* what stands beside it */
    struct list writer;       /* of struct writer_figures; absent: not measured */
    struct text rebuild_limit;
    const struct rebuild_figures *rebuild; /* NULL: not measured */
};

/* To standard output. */
void report_print(const struct report *report, bool is_json);

#endif
