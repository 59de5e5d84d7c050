/*
 * The row of schedules that are not due: what the server does every second for very many of them.
 *
 *   a ledger of schedules ─► home ─► server, everything derived made ─► idle seconds, beside those with one schedule
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/history.h"
#include "tests/bench/rows.h"
#include "tests/bench/site.h"

enum { FEW_SCHEDULES = 1, QUICK_SCHEDULES = 1000, SECONDS = 3 };

static enum status
measure_server(struct bench *bench, struct site *site, struct samples *out, struct error *error)
{
    double shown_ms = 0;
    enum status status = site_sign_in(site, error);

    if (status == STATUS_OK)
        status = site_await_shown(site, &shown_ms, error);
    if (status == STATUS_OK)
        status = site_measure_idle(
            site, bench->options->is_quick ? 1 : SECONDS, bench->options->runs, out, error);
    return status;
}

static enum status
measure_with(struct bench *bench, uint64_t schedules, struct samples *out, struct error *error)
{
    struct site site = {.client.fd = -1};
    struct place home;
    enum status status = place_make_empty(bench->place, "schedules", &home, error);

    if (status != STATUS_OK)
        return status;
    status = history_schedules(&home, schedules, error);
    if (status == STATUS_OK) {
        status = site_start(
            &site, &(struct site_order){.program = bench->options->server, .home = &home},
            bench->arena, error);
        if (status == STATUS_OK)
            status = measure_server(bench, &site, out, error);
        site_stop(&site);
    }
    place_remove(&home);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    uint64_t schedules =
        bench->options->is_quick ? QUICK_SCHEDULES : (uint64_t)bench->options->timers;
    struct samples few = {.count = 0};
    struct samples many = {.count = 0};
    enum status status = measure_with(bench, FEW_SCHEDULES, &few, error);

    if (status == STATUS_OK)
        status = measure_with(bench, schedules, &many, error);
    if (status != STATUS_OK)
        return status;
    report_begin_subject(bench->report, "%llu schedules", (unsigned long long)schedules);
    report_add_beside(
        bench->report, "each second", "us", (struct beside){&many, &few},
        (struct aim){AIM_RATIO_AT_MOST, 2});
    return STATUS_OK;
}

const struct row schedules_idle_row = {
    .name = "schedules-idle",
    .doc =
        "schedules (as many as --timers) that are not due: processor time of the idle server in a second",
    .limit = "the same with one schedule",
    .measure = measure,
};
