/*
 * The row of idle sockets: people whose browsers hear what happens, while nothing does.
 *
 *   /health alone ─► sockets ─► memory of each, /health meanwhile
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/crowd.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"

enum { ASKED = 1000, ASKED_QUICKLY = 20, MOST_KIB_EACH = 12 };

/* /health, asked a hundred times a second; sockets that are there go on answering their pings. */
static enum status ask_health(
    struct site *site, struct crowd *crowd, unsigned asked, double *out_p99_ms, struct error *error)
{
    static const struct site_request health = {.method = "GET", .path = TEXT_OF("/health")};
    struct series latencies = {0};
    enum status status = STATUS_OK;

    for (unsigned i = 0; status == STATUS_OK && i < asked; i++) {
        struct text body;
        int64_t began_us = monotonic_us();

        status = site_ask(site, &health, 200, &body, error);
        series_add(&latencies, (uint32_t)(monotonic_us() - began_us));
        if (status == STATUS_OK)
            status = crowd_hear(crowd, "42", 10, error);
    }
    series_sort(&latencies);
    *out_p99_ms = series_at(&latencies, 0.99) / 1000.0;
    series_free(&latencies);
    return status;
}

struct figures {
    double memory_kib; /* of each */
    double p99_ms;
    double p99_alone_ms;
};

static enum status let_sit(
    struct site *site, unsigned sockets, unsigned asked, struct figures *out, struct error *error)
{
    struct crowd crowd = {0};
    int64_t before = processes_private_bytes(site->server);
    enum status status = crowd_open_people(&crowd, site, sockets, error);

    if (status == STATUS_OK)
        status = ask_health(site, &crowd, asked, &out->p99_ms, error);
    out->memory_kib = (double)(processes_private_bytes(site->server) - before) / 1024 / sockets;
    crowd_close(&crowd);
    return status;
}

static enum status
measure_site(const struct bench *bench, struct site *site, void *context, struct error *error)
{
    struct figures *out = context;
    unsigned asked = bench->options->is_quick ? ASKED_QUICKLY : ASKED;
    struct crowd nobody = {0};
    enum status status = site_sign_in(site, error);

    if (status == STATUS_OK)
        status = crowd_open(&nobody, 0, NULL, error);
    if (status == STATUS_OK)
        status = ask_health(site, &nobody, asked, &out->p99_alone_ms, error);
    crowd_close(&nobody);
    if (status == STATUS_OK)
        status = let_sit(site, (unsigned)bench->options->sockets, asked, out, error);
    return status;
}

static void add_figures(const struct bench *bench, const struct figures *figures)
{
    struct samples memory = samples_of(figures->memory_kib);
    struct samples p99 = samples_of(figures->p99_ms);
    struct samples alone = samples_of(figures->p99_alone_ms);

    report_begin_subject(bench->report, "%lld idle", (long long)bench->options->sockets);
    report_add(
        bench->report, "memory each", "KiB", &memory,
        (struct aim){AIM_VALUE_AT_MOST, MOST_KIB_EACH});
    report_add_beside(
        bench->report, "/health p99", "ms", (struct beside){&p99, &alone},
        (struct aim){AIM_NONE, 0});
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct figures figures = {.memory_kib = 0};
    enum status status = site_measure(bench, measure_site, &figures, error);

    if (status == STATUS_OK)
        add_figures(bench, &figures);
    return status;
}

const struct row sockets_row = {
    .name = "sockets",
    .doc = "idle Socket.IO connections that hear the feed of what happens: private memory of the "
           "server, and the slowest of a hundred answers of /health meanwhile",
    .limit = "/health: the same server without them",
    .measure = measure,
};
