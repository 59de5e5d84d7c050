/*
 * The rebuild's row: a PostgreSQL of our own, a history, the fold of it into a fresh set, and then
 * the limit, in the same cluster.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/cluster/cluster.h"
#include "core/db/db.h"
#include "projections/build.h"
#include "tests/bench/copy_limit.h"
#include "tests/bench/figures.h"
#include "tests/bench/history.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"

#include <unistd.h>

static const char schema[] = "set_bench";
static const int64_t patience_us = INT64_C(1800) * US_PER_S;

/* What is open while it is measured. */
struct stage {
    struct place home; /* of PostgreSQL */
    struct place dumps;
    struct cluster *cluster;
    struct ledger *log;
    struct keyring *keyring;
    struct db *db;
};

struct watch {
    int64_t end_us;
    int64_t peak_bytes;
};

static bool look(uint64_t done, uint64_t size, void *context)
{
    struct watch *watch = context;
    int64_t bytes = processes_private_bytes(getpid());

    (void)done;
    (void)size;
    if (bytes > watch->peak_bytes)
        watch->peak_bytes = bytes;
    return monotonic_us() < watch->end_us;
}

/* PostgreSQL first: it is forked, and nothing of LMDB should be open then. */
static enum status
open_stage(struct stage *stage, const struct place *place, uint64_t events, struct error *error)
{
    struct cluster_settings settings = {.name = "bench", .alternative = "none", .loss = "nothing"};
    enum status status = place_make_empty(place, "postgres", &stage->home, error);

    if (status == STATUS_OK)
        status = place_make_empty(place, "dumps", &stage->dumps, error);
    settings.home = stage->home.path;
    if (status == STATUS_OK)
        status = cluster_start(&settings, &stage->cluster, error);
    if (status == STATUS_OK)
        status = history_open(place, events, &stage->log, &stage->keyring, error);
    if (status == STATUS_OK)
        status = db_open(cluster_conninfo(stage->cluster), 10, 0, &stage->db, error);
    return status;
}

static void close_stage(struct stage *stage)
{
    db_close(stage->db);
    keyring_close(stage->keyring);
    ledger_close(stage->log);
    cluster_stop(stage->cluster);
    place_remove(&stage->dumps);
    place_remove(&stage->home);
}

static enum status
fold(struct stage *stage, double *out_seconds, double *out_peak_mib, struct error *error)
{
    struct watch watch = {.end_us = monotonic_us() + patience_us};
    struct build *build = NULL;
    enum status status = db_script(stage->db, "checkpoint", error);
    int64_t began_us = monotonic_us();

    if (status == STATUS_OK)
        status = build_open(stage->db, schema, stage->log, stage->keyring, &build, error);
    if (status == STATUS_OK)
        status = build_rebuild(build, ledger_size(stage->log), look, &watch, error);
    *out_seconds = (double)(monotonic_us() - began_us) / US_PER_S;
    *out_peak_mib = (double)watch.peak_bytes / (1 << 20);
    build_close(build);
    return status;
}

static void add_figures(
    struct report *report, double seconds, double peak_mib, const struct copy_figures *limit)
{
    static const struct aim none = {AIM_NONE, 0};
    struct samples ours = samples_of((double)limit->rows / seconds);
    struct samples theirs =
        samples_of((double)limit->rows / (limit->copy_seconds + limit->index_seconds));
    const struct {
        const char *name;
        const char *unit;
        double value;
    } plain[] = {
        {"rows", "", (double)limit->rows},  {"time", "s", seconds},
        {"COPY", "s", limit->copy_seconds}, {"indexes", "s", limit->index_seconds},
        {"peak memory", "MiB", peak_mib},
    };

    report_add_beside(
        report, "speed", "rows/s", (struct beside){&ours, &theirs},
        (struct aim){AIM_RATIO_AT_LEAST, 0.6});
    for (size_t i = 0; i < COUNT_OF(plain); i++) {
        struct samples value = samples_of(plain[i].value);
        report_add(report, plain[i].name, plain[i].unit, &value, none);
    }
}

static enum status measure(struct bench *bench, struct error *error)
{
    uint64_t events = (uint64_t)bench->options->events;
    struct stage stage = {.cluster = NULL};
    struct copy_figures limit = {0};
    double seconds = 0;
    double peak_mib = 0;
    enum status status = open_stage(&stage, bench->place, events, error);

    if (status == STATUS_OK)
        status = conditions_note_postgresql(
            bench->conditions, cluster_conninfo(stage.cluster), bench->arena, error);
    if (status == STATUS_OK)
        status = fold(&stage, &seconds, &peak_mib, error);
    if (status == STATUS_OK)
        status = copy_limit_run(
            &(struct copy_order){cluster_conninfo(stage.cluster), schema, stage.dumps.path}, &limit,
            error);
    if (status == STATUS_OK) {
        report_begin_subject(bench->report, "%llu events", (unsigned long long)events);
        add_figures(bench->report, seconds, peak_mib, &limit);
    }
    close_stage(&stage);
    return status;
}

const struct row rebuild_row = {
    .name = "rebuild",
    .doc = "a generated ledger folded into a fresh set of read models",
    .limit = "COPY of exactly the same rows from files into bare tables, then the same indexes and "
             "statistics, in one transaction; nobody reads a ledger or folds",
    .measure = measure,
};
