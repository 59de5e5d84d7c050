/*
 * The rebuild's row: a PostgreSQL of our own, a history, the fold of it into a fresh set, and then
 * the limit, in the same cluster.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/db/cluster.h"
#include "core/db/db.h"
#include "projections/build.h"
#include "tests/bench/copy_limit.h"
#include "tests/bench/figures.h"
#include "tests/bench/history.h"
#include "tests/bench/rows.h"

#include <stdio.h>
#include <unistd.h>

const char rebuild_row_limit[] =
    "COPY of exactly the same rows from files into bare tables, then the same indexes and "
    "statistics, in one transaction; nobody reads a ledger or folds";

static const char schema[] = "set_bench";
static const int64_t patience_us = INT64_C(1800) * US_PER_S;

/* What is open while it is measured. */
struct bench {
    struct place home; /* of PostgreSQL */
    struct place dumps;
    struct cluster *cluster;
    struct evlog *log;
    struct keyring *keyring;
    struct db *db;
};

struct watch {
    int64_t end_us;
    int64_t peak_bytes;
};

/* Memory of our own: without the pages of the ledger's file, which the kernel lends. */
static int64_t own_bytes(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long long resident = 0;
    long long shared = 0;

    if (file == NULL)
        return 0;
    if (fscanf(file, "%*s %lld %lld", &resident, &shared) != 2)
        resident = shared = 0;
    fclose(file);
    return (resident - shared) * sysconf(_SC_PAGESIZE);
}

static bool look(uint64_t done, uint64_t size, void *context)
{
    struct watch *watch = context;
    int64_t bytes = own_bytes();

    (void)done;
    (void)size;
    if (bytes > watch->peak_bytes)
        watch->peak_bytes = bytes;
    return monotonic_us() < watch->end_us;
}

/* PostgreSQL first: it is forked, and nothing of LMDB should be open then. */
static enum status
open_bench(struct bench *bench, const struct place *place, uint64_t events, struct error *error)
{
    enum status status = place_make_empty(place, "postgres", &bench->home, error);

    if (status == STATUS_OK)
        status = place_make_empty(place, "dumps", &bench->dumps, error);
    if (status == STATUS_OK)
        status = cluster_start(bench->home.path, &bench->cluster, error);
    if (status == STATUS_OK)
        status = history_open(place, events, &bench->log, &bench->keyring, error);
    if (status == STATUS_OK)
        status = db_open(cluster_conninfo(bench->cluster), 10, 0, &bench->db, error);
    return status;
}

static void close_bench(struct bench *bench)
{
    db_close(bench->db);
    keyring_close(bench->keyring);
    evlog_close(bench->log);
    cluster_stop(bench->cluster);
    place_remove(&bench->dumps);
    place_remove(&bench->home);
}

static enum status fold(struct bench *bench, struct rebuild_figures *figures, struct error *error)
{
    struct watch watch = {.end_us = monotonic_us() + patience_us};
    struct build *build = NULL;
    enum status status = db_script(bench->db, "checkpoint", error);
    int64_t began_us = monotonic_us();

    if (status == STATUS_OK)
        status = build_open(bench->db, schema, bench->log, bench->keyring, &build, error);
    if (status == STATUS_OK)
        status = build_rebuild(build, evlog_size(bench->log), look, &watch, error);
    figures->seconds = (double)(monotonic_us() - began_us) / US_PER_S;
    figures->peak_mib = (double)watch.peak_bytes / (1 << 20);
    build_close(build);
    return status;
}

static struct rebuild_figures
figures_of(const struct rebuild_figures *measured, const struct copy_figures *limit)
{
    double limit_seconds = limit->copy_seconds + limit->index_seconds;

    return (struct rebuild_figures){
        .events = measured->events,
        .rows = limit->rows,
        .seconds = rounded(measured->seconds, 3),
        .events_per_second = rounded((double)measured->events / measured->seconds, 0),
        .rows_per_second = rounded((double)limit->rows / measured->seconds, 0),
        .copy_seconds = rounded(limit->copy_seconds, 3),
        .index_seconds = rounded(limit->index_seconds, 3),
        .limit_seconds = rounded(limit_seconds, 3),
        .ratio = rounded(limit_seconds / measured->seconds, 3),
        .peak_mib = rounded(measured->peak_mib, 0),
    };
}

enum status rebuild_row(
    const struct options *options,
    const struct place *place,
    struct arena *arena,
    struct rebuild_figures *out,
    struct text *out_version,
    struct error *error)
{
    struct bench bench = {.cluster = NULL};
    struct rebuild_figures measured = {.events = options->events};
    struct copy_figures limit = {0};
    enum status status = open_bench(&bench, place, (uint64_t)options->events, error);

    if (status == STATUS_OK)
        status = db_value(bench.db, arena, "show server_version", out_version, error);
    if (status == STATUS_OK)
        status = fold(&bench, &measured, error);
    if (status == STATUS_OK)
        status = copy_limit_run(
            &(struct copy_order){cluster_conninfo(bench.cluster), schema, bench.dumps.path}, &limit,
            error);
    if (status == STATUS_OK)
        *out = figures_of(&measured, &limit);
    close_bench(&bench);
    return status;
}
