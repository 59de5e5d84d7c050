/*
 * The writer's row: for each number of clients some runs of writer, raw LMDB and disk in turn, so
 * that all three meet the same machine; medians of each, and of the runs' ratios.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/figures.h"
#include "tests/bench/raw_ledger.h"
#include "tests/bench/rows.h"
#include "tests/bench/writer_run.h"

/* With so many waiting clients, and what share of the limit is enough. */
static const struct {
    unsigned clients;
    struct aim aim;
} levels[] = {
    {1, {AIM_RATIO_AT_LEAST, 0.8}},
    {32, {AIM_RATIO_AT_LEAST, 0.6}},
    {512, {AIM_RATIO_AT_LEAST, 0.4}},
};

/* One value of each run. */
struct runs {
    struct samples commands; /* a second */
    struct samples batch;    /* events of a commit */
    struct samples raw;      /* events a second */
    struct samples p50_ms;
    struct samples p99_ms;
    struct samples flushes; /* a second */
};

static enum status run_limits(
    const struct raw_order *raw, const struct place *place, struct runs *runs, struct error *error)
{
    const struct place file = place_below(place, "flushed");
    double per_second = 0;
    enum status status = raw_ledger_run(raw, &per_second, error);

    samples_add(&runs->raw, per_second);
    if (status == STATUS_OK)
        status = disk_flush_run(file.path, raw->seconds / 4, &per_second, error);
    samples_add(&runs->flushes, per_second);
    return status;
}

static void keep(struct runs *runs, struct writer_result *result)
{
    series_sort(&result->latencies);
    samples_add(&runs->commands, result->commands_per_second);
    samples_add(&runs->batch, series_mean(&result->batches));
    samples_add(&runs->p50_ms, series_at(&result->latencies, 0.5) / 1000.0);
    samples_add(&runs->p99_ms, series_at(&result->latencies, 0.99) / 1000.0);
}

static enum status
run_once(const struct bench *bench, unsigned clients, struct runs *runs, struct error *error)
{
    struct place home;
    struct place raw_home;
    double seconds = bench->options->seconds;
    struct writer_result result = {0};
    enum status status = place_make_empty(bench->place, "writer", &home, error);

    if (status == STATUS_OK)
        status = place_make_empty(bench->place, "raw", &raw_home, error);
    if (status != STATUS_OK)
        return status;
    status = writer_run_measured(
        &(struct writer_order){home.path, clients, seconds, false}, &result, error);
    if (status == STATUS_OK)
        status = run_limits(
            &(struct raw_order){home.path, raw_home.path, result.first, &result.batches, seconds},
            bench->place, runs, error);
    if (status == STATUS_OK)
        keep(runs, &result);
    writer_result_free(&result);
    place_remove(&home);
    place_remove(&raw_home);
    return status;
}

static void
add_figures(struct report *report, const struct runs *runs, unsigned clients, struct aim aim)
{
    static const struct aim none = {AIM_NONE, 0};

    report_begin_subject(report, "%u clients", clients);
    report_add_beside(report, "commands", "1/s", (struct beside){&runs->commands, &runs->raw}, aim);
    report_add(report, "batch", "events", &runs->batch, none);
    report_add(report, "p50", "ms", &runs->p50_ms, none);
    report_add(report, "p99", "ms", &runs->p99_ms, none);
    report_add(report, "flushes", "1/s", &runs->flushes, none);
}

static enum status
measure_level(struct bench *bench, unsigned clients, struct aim aim, struct error *error)
{
    struct runs runs = {.commands = {.count = 0}};
    enum status status = STATUS_OK;

    for (int64_t i = 0; status == STATUS_OK && i < bench->options->runs; i++)
        status = run_once(bench, clients, &runs, error);
    if (status == STATUS_OK)
        add_figures(bench->report, &runs, clients, aim);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    unsigned only = (unsigned)bench->options->clients;
    enum status status = STATUS_OK;

    if (only > 0)
        return measure_level(bench, only, (struct aim){AIM_NONE, 0}, error);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(levels); i++)
        status = measure_level(bench, levels[i].clients, levels[i].aim, error);
    return status;
}

const struct row writer_row = {
    .name = "writer",
    .doc = "durable commands through the writer's thread, one event each",
    .limit = "raw LMDB: the same entries, bodies and hashes in three tables, in batches of the "
             "same sizes; flushes: the disk alone (a commit of LMDB needs two)",
    .measure = measure,
};
