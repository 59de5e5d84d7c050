/*
 * The row of timers: what the server does every second for tasks whose time has not come. Each
 * queued task has a timer. It stands beside the same server without any.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"

enum { NODES = 100 };

/* Both clocks tick every second here. */
static const char *const settings[] = {
    "AGENT_STALE_TASK_CHECK_INTERVAL_SECONDS=1", "AGENT_OFFLINE_CHECK_INTERVAL_SECONDS=1", NULL};

static enum status measure_some(
    const struct bench *bench, const struct site *site, struct samples *out, struct error *error)
{
    return site_measure_idle(
        site, bench->options->is_quick ? 1 : 3, bench->options->runs, out, error);
}

static enum status measure_site(
    struct bench *bench,
    struct site *site,
    struct samples *few,
    struct samples *many,
    struct error *e)
{
    struct workload workload;
    int64_t batches = bench->options->timers / NODES;
    enum status status = site_sign_in(site, e);

    if (status == STATUS_OK)
        status = workload_make(&workload, site, NODES, e);
    if (status == STATUS_OK)
        status = measure_some(bench, site, few, e);
    for (int64_t i = 0; status == STATUS_OK && i < batches; i++)
        status = workload_queue_tasks(&workload, NODES, e);
    if (status == STATUS_OK)
        status = measure_some(bench, site, many, e);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct place home;
    struct site site = {.client.fd = -1};
    struct samples few = {.count = 0};
    struct samples many = {.count = 0};
    enum status status = place_make_empty(bench->place, "site", &home, error);

    if (status != STATUS_OK)
        return status;
    status = site_start(
        &site,
        &(struct site_order){
            .program = bench->options->server, .home = &home, .settings = settings},
        bench->arena, error);
    if (status == STATUS_OK)
        status = measure_site(bench, &site, &few, &many, error);
    site_stop(&site);
    place_remove(&home);
    if (status != STATUS_OK)
        return status;
    report_begin_subject(bench->report, "%lld timers", (long long)bench->options->timers);
    report_add_beside(
        bench->report, "each second", "us", (struct beside){&many, &few},
        (struct aim){AIM_RATIO_AT_MOST, 2});
    return STATUS_OK;
}

const struct row timers_row = {
    .name = "timers",
    .doc = "timers that are not due: processor time of the idle server in a second, with both its "
           "clocks ticking once in it",
    .limit = "the same server before it has them",
    .measure = measure,
};
