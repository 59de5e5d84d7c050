/*
 * The writer's row: for each number of clients some runs of writer, raw LMDB and disk in turn, so
 * that all three meet the same machine; medians of each, and of the runs' ratios.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/raw_ledger.h"
#include "tests/bench/rows.h"
#include "tests/bench/writer_run.h"

const char writer_row_limit[] =
    "raw LMDB: the same entries, bodies and hashes in three tables, in batches of the same sizes; "
    "flushes/s: the disk alone (a commit of LMDB needs two)";

enum { MOST_RUNS = 25 };
static const unsigned usual_clients[] = {1, 32, 512};

/* One value of each run. */
struct runs {
    double commands_per_second[MOST_RUNS];
    double events_per_commit[MOST_RUNS];
    double raw_events_per_second[MOST_RUNS];
    double ratio[MOST_RUNS];
    double p50_ms[MOST_RUNS];
    double p99_ms[MOST_RUNS];
    double flushes_per_second[MOST_RUNS];
    size_t count;
};

static double mean(const struct series *series)
{
    double sum = 0;

    for (size_t i = 0; i < series->count; i++)
        sum += series->items[i];
    return series->count == 0 ? 0 : sum / (double)series->count;
}

static enum status run_limits(
    const struct raw_order *raw, const struct place *place, struct runs *runs, struct error *f)
{
    const struct place file = place_below(place, "flushed");
    enum status status = raw_ledger_run(raw, &runs->raw_events_per_second[runs->count], f);

    if (status == STATUS_OK)
        status =
            disk_flush_run(file.path, raw->seconds / 4, &runs->flushes_per_second[runs->count], f);
    return status;
}

static void keep(struct runs *runs, struct writer_result *result)
{
    size_t i = runs->count++;

    series_sort(&result->latencies);
    runs->commands_per_second[i] = result->commands_per_second;
    runs->events_per_commit[i] = mean(&result->batches);
    runs->ratio[i] = result->commands_per_second / runs->raw_events_per_second[i];
    runs->p50_ms[i] = series_at(&result->latencies, 0.5) / 1000.0;
    runs->p99_ms[i] = series_at(&result->latencies, 0.99) / 1000.0;
}

static enum status run_once(
    const struct options *options,
    const struct place *place,
    unsigned clients,
    struct runs *runs,
    struct error *error)
{
    struct place home;
    struct place raw_home;
    struct writer_result result = {0};
    enum status status = place_make_empty(place, "writer", &home, error);

    if (status == STATUS_OK)
        status = place_make_empty(place, "raw", &raw_home, error);
    if (status != STATUS_OK)
        return status;
    status = writer_run_measured(
        &(struct writer_order){home.path, clients, options->seconds}, &result, error);
    if (status == STATUS_OK)
        status = run_limits(
            &(struct raw_order){
                home.path, raw_home.path, result.first, &result.batches, options->seconds},
            place, runs, error);
    if (status == STATUS_OK)
        keep(runs, &result);
    writer_result_free(&result);
    place_remove(&home);
    place_remove(&raw_home);
    return status;
}

static struct writer_figures figures_of(struct runs *runs, unsigned clients)
{
    size_t n = runs->count;

    return (struct writer_figures){
        .clients = clients,
        .commands_per_second = rounded(median(runs->commands_per_second, n), 0),
        .events_per_commit = rounded(median(runs->events_per_commit, n), 1),
        .raw_events_per_second = rounded(median(runs->raw_events_per_second, n), 0),
        .ratio = rounded(median(runs->ratio, n), 3),
        .latency_p50_ms = rounded(median(runs->p50_ms, n), 3),
        .latency_p99_ms = rounded(median(runs->p99_ms, n), 3),
        .flushes_per_second = rounded(median(runs->flushes_per_second, n), 0),
    };
}

static enum status measure(
    const struct options *options,
    const struct place *place,
    unsigned clients,
    struct writer_figures *out,
    struct error *error)
{
    struct runs runs = {.count = 0};
    enum status status = STATUS_OK;

    for (int64_t i = 0; status == STATUS_OK && i < options->runs; i++)
        status = run_once(options, place, clients, &runs, error);
    if (status == STATUS_OK)
        *out = figures_of(&runs, clients);
    return status;
}

enum status writer_row(
    const struct options *options,
    const struct place *place,
    struct arena *arena,
    struct list *out,
    struct error *error)
{
    const unsigned only[] = {(unsigned)options->clients};
    const unsigned *clients = options->clients > 0 ? only : usual_clients;
    size_t count = options->clients > 0 ? 1 : COUNT_OF(usual_clients);
    struct writer_figures *figures = arena_array(arena, count, sizeof(*figures));
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = measure(options, place, clients[i], &figures[i], error);
    if (status == STATUS_OK)
        *out = (struct list){figures, count};
    return status;
}
