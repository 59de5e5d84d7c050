/*
 * One run against a contender.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/contender.h"

#include "core/base/timestamp.h"
#include "tests/bench/processes.h"

enum { MOST_S = 30 };

/* Processor time at a moment. */
struct mark {
    struct thread_times threads;
    double postgres_us;
};

static enum status take_mark(const struct contender *c, struct mark *out, struct error *e)
{
    *out = (struct mark){.postgres_us = processes_family_us(c->served->site.postgres)};
    if (c->process == 0)
        return STATUS_OK;
    return processes_thread_times(c->process, &out->threads, e);
}

static double
thread_us(const struct mark *from, const struct mark *to, const char *name, double answers)
{
    return (thread_times_of(&to->threads, name) - thread_times_of(&from->threads, name)) / answers;
}

static void keep(
    struct load_samples *s,
    const struct mark *from,
    const struct mark *to,
    struct load_result *result)
{
    double n = (double)result->answers;
    double postgres = (to->postgres_us - from->postgres_us) / n;

    series_sort(&result->latencies);
    samples_add(&s->requests, n / result->seconds);
    samples_add(&s->p50, series_at(&result->latencies, 0.5) / 1000.0);
    samples_add(&s->p99, series_at(&result->latencies, 0.99) / 1000.0);
    samples_add(&s->all, (to->threads.all_us - from->threads.all_us) / n + postgres);
    samples_add(&s->loop, thread_us(from, to, "loop", n));
    samples_add(
        &s->worker, thread_us(from, to, "worker", n) + thread_us(from, to, "plain-worker", n));
    samples_add(&s->writer, thread_us(from, to, "writer", n));
    samples_add(&s->projector, thread_us(from, to, "projector", n));
    samples_add(&s->indexer, thread_us(from, to, "indexer", n));
    samples_add(&s->postgres, postgres);
    samples_add(&s->client, result->own_us / n);
}

/* What is measured for; twice as long, again and again, where nothing was answered meanwhile. */
static enum status measure(
    struct contender *c,
    struct load *load,
    double seconds,
    struct mark *out_from,
    struct load_result *out,
    struct error *error)
{
    enum status status;

    do {
        load_result_free(out);
        status = take_mark(c, out_from, error);
        if (status == STATUS_OK)
            status = load_drive(load, seconds, out, error);
        seconds *= 2;
    } while (status == STATUS_OK && out->answers == 0 && seconds < MOST_S);
    if (status == STATUS_OK && out->answers == 0)
        status = error_set(error, STATUS_TIMED_OUT, "%s: no answer in time", c->name);
    return status;
}

/* A fifth of the time is for warming up. */
static enum status
drive(struct contender *c, struct load *load, double seconds, struct error *error)
{
    struct load_result result = {.answers = 0};
    struct mark from;
    struct mark to;
    enum status status = load_drive(load, seconds / 5, NULL, error);

    if (status == STATUS_OK)
        status = measure(c, load, seconds, &from, &result, error);
    if (status == STATUS_OK)
        status = take_mark(c, &to, error);
    if (status == STATUS_OK)
        keep(&c->samples, &from, &to, &result);
    load_result_free(&result);
    return status;
}

enum status
contender_run(struct contender *c, unsigned connections, double seconds, struct error *error)
{
    struct load *load = NULL;
    double behind_ms = 0;
    enum status status = STATUS_OK;

    if (c->operation != NULL && c->operation->prepare != NULL)
        status = c->operation->prepare(&c->served->workload, connections, error);
    if (status == STATUS_OK)
        status = site_await_shown(&c->served->site, &behind_ms, error);
    if (status == STATUS_OK)
        status = load_open(c->protocol, c->context, connections, &load, error);
    if (status == STATUS_OK)
        status = drive(c, load, seconds, error);
    if (status == STATUS_OK)
        status = site_await_shown(&c->served->site, &behind_ms, error);
    load_close(load);
    if (status == STATUS_OK)
        samples_add(&c->samples.behind, behind_ms);
    return status;
}

struct samples
contender_fixed_rate(const struct contender *small, const struct contender *large, size_t bytes)
{
    double share = ((double)bytes - (double)small->load.body_bytes) /
                   ((double)large->load.body_bytes - (double)small->load.body_bytes);
    struct samples rates = {.count = 0};

    for (size_t i = 0; i < small->samples.requests.count; i++) {
        double quick = 1 / small->samples.requests.values[i];
        double slow = 1 / large->samples.requests.values[i];
        double time = quick + (share > 0 ? share : 0) * (slow - quick);
        samples_add(&rates, 1 / time);
    }
    return rates;
}
