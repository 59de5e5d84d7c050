/*
 * The rows of the benchmark: what each measures, and beside what. A row prepares what it needs below
 * the place, measures ours and the limit in turn, and adds figures to the report.
 *
 *   main ─► row ─► site (the server, a process) ─► workload (fleet, requests) ─► load (closed loop)
 *            │       └─► crowd (sockets)
 *            ├───► history (a generated ledger) ─► our own libraries, in this process
 *            ├───► raw_ledger, copy_limit, append_peers: the limits
 *            └───► report ─► tables, JSON
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_ROWS_H
#define TESTS_BENCH_ROWS_H

#include "tests/bench/options.h"
#include "tests/bench/place.h"
#include "tests/bench/report.h"

/* What a row works with. */
struct bench {
    const struct options *options;
    const struct place *place; /* a directory on the disk that is measured */
    struct arena *arena;       /* of the whole run */
    struct report *report;
    struct conditions *conditions; /* the versions of what a row has started are filled in */
};

struct row {
    const char *name;
    const char *doc;   /* for people: what is measured */
    const char *limit; /* what stands beside it */
    enum status (*measure)(struct bench *bench, struct error *error); /* main thread */
};

extern const struct row http_row;
extern const struct row lists_row;
extern const struct row search_row;
extern const struct row selectors_row;
extern const struct row waiting_row;
extern const struct row timers_row;
extern const struct row schedules_row;
extern const struct row schedules_idle_row;
extern const struct row runs_row;
extern const struct row sign_ins_row;
extern const struct row sessions_row;
extern const struct row sockets_row;
extern const struct row broadcast_row;
extern const struct row agents_row;
extern const struct row terminal_row;
extern const struct row start_row;
extern const struct row verify_row;
extern const struct row timeline_row;
extern const struct row evidence_row;
extern const struct row export_row;
extern const struct row writer_row;
extern const struct row signer_row;
extern const struct row rebuild_row;
extern const struct row replicas_row;
extern const struct row followers_row;
extern const struct row backup_row;
extern const struct row restore_row;
extern const struct row erase_row;

#endif
