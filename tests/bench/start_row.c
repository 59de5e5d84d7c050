/*
 * The row of starts: how long until the server is ready, and what memory it holds then.
 *
 *   empty home ─► first start ─► again
 *   a ledger of many events ─► first start (everything derived is made) ─► again
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/history.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"
#include "tests/bench/site.h"

#include <time.h>

/* Of one start. */
struct start {
    double seconds;
    double memory_mib;   /* private, of the server */
    double postgres_mib; /* private, of its PostgreSQL */
};

static enum status
start_once(struct bench *bench, const struct place *home, struct start *out, struct error *error)
{
    static const struct timespec settled = {.tv_sec = 1};
    struct site site;
    int64_t began_us = monotonic_us();
    enum status status = site_start(
        &site, &(struct site_order){.program = bench->options->server, .home = home}, bench->arena,
        error);

    out->seconds = (double)(monotonic_us() - began_us) / US_PER_S;
    nanosleep(&settled, NULL);
    if (status == STATUS_OK) {
        out->memory_mib = (double)processes_private_bytes(site.server) / (1 << 20);
        out->postgres_mib = (double)processes_family_private_bytes(site.postgres) / (1 << 20);
    }
    site_stop(&site);
    return status;
}

/* A first start and one more. */
static enum status
start_twice(struct bench *bench, const struct place *home, struct start out[2], struct error *e)
{
    enum status status = start_once(bench, home, &out[0], e);

    if (status == STATUS_OK)
        status = start_once(bench, home, &out[1], e);
    return status;
}

static void add_figures(struct report *report, const struct start *large, const struct start *empty)
{
    static const struct aim none = {AIM_NONE, 0};
    const struct {
        const char *name;
        const char *unit;
        double value;
        double limit;
    } figures[] = {
        {"start", "s", large->seconds, empty->seconds},
        {"memory", "MiB", large->memory_mib, empty->memory_mib},
        {"PostgreSQL", "MiB", large->postgres_mib, empty->postgres_mib},
    };

    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        struct samples value = samples_of(figures[i].value);
        struct samples limit = samples_of(figures[i].limit);
        report_add_beside(
            report, figures[i].name, figures[i].unit, (struct beside){&value, &limit}, none);
    }
}

static enum status measure(struct bench *bench, struct error *error)
{
    uint64_t events = (uint64_t)bench->options->events;
    struct place empty_home;
    struct place home;
    struct start empty[2];
    struct start large[2];
    enum status status = place_make_empty(bench->place, "site", &empty_home, error);

    if (status == STATUS_OK)
        status = start_twice(bench, &empty_home, empty, error);
    place_remove(&empty_home);
    if (status == STATUS_OK)
        status = place_make_empty(bench->place, "site-with-events", &home, error);
    if (status != STATUS_OK)
        return status;
    status = history_copy(bench->place, events, &home, error);
    if (status == STATUS_OK)
        status = start_twice(bench, &home, large, error);
    place_remove(&home);
    if (status != STATUS_OK)
        return status;
    report_begin_subject(bench->report, "first, %llu events", (unsigned long long)events);
    add_figures(bench->report, &large[0], &empty[0]);
    report_begin_subject(bench->report, "again, %llu events", (unsigned long long)events);
    add_figures(bench->report, &large[1], &empty[1]);
    return STATUS_OK;
}

const struct row start_row = {
    .name = "start",
    .doc = "from the start of the server until it is ready, and its private memory then: the first "
           "time, when everything but the ledger must be made, and again",
    .limit = "an empty home: PostgreSQL is initialised and started, nothing else",
    .measure = measure,
};
