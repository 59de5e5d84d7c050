/*
 * The row of requests over HTTP: for each number of connections some rounds, in each of them every
 * operation and every limit in turn, so that all meet the same machine.
 *
 *   operation ─► requests/s · latency · processor time by thread · how long the projector is behind
 *   limits: fixed answers of the server itself · XADD of Redis · INSERT of PostgreSQL
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "core/cluster/cluster.h"
#include "tests/bench/append_peers.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"

#include <stddef.h>
#include <string.h>

enum { MOST_CONTENDERS = 24, LARGEST_LOAD = 64, CATCH_UP_S = 60 };

static const unsigned usual_connections[] = {1, 16, 32, 64};

/* What is measured of a contender: a sample a round. */
struct load_samples {
    struct samples requests;
    struct samples p50;
    struct samples p99;
    struct samples all; /* the contender's own process and its PostgreSQL */
    struct samples loop;
    struct samples worker;
    struct samples writer;
    struct samples projector;
    struct samples indexer;
    struct samples postgres;
    struct samples client; /* this program */
    struct samples behind;
};

/* Columns of the table. Processor time is told in µs a request. */
static const struct {
    const char *name;
    const char *unit;
    size_t offset;
} columns[] = {
    {"p50", "ms", offsetof(struct load_samples, p50)},
    {"p99", "ms", offsetof(struct load_samples, p99)},
    {"processors", "us", offsetof(struct load_samples, all)},
    {"loops", "us", offsetof(struct load_samples, loop)},
    {"workers", "us", offsetof(struct load_samples, worker)},
    {"writer", "us", offsetof(struct load_samples, writer)},
    {"projector", "us", offsetof(struct load_samples, projector)},
    {"indexer", "us", offsetof(struct load_samples, indexer)},
    {"PostgreSQL", "us", offsetof(struct load_samples, postgres)},
    {"client", "us", offsetof(struct load_samples, client)},
    {"behind", "ms", offsetof(struct load_samples, behind)},
};

/* A server and its fleet. */
struct served {
    struct place home;
    struct site site;
    struct workload workload;
};

/* Ours, or one of the limits. */
struct contender {
    const char *name;
    const struct load_protocol *protocol;
    void *context;
    const struct operation *operation; /* of ours; NULL for others */
    struct served *served;             /* of ours, otherwise where PostgreSQL is */
    const struct contender *rival;     /* the same of the other server, or NULL */
    struct workload_load load;         /* the context of ours */
    pid_t process;                     /* whose threads are counted; 0 for none but PostgreSQL */
    struct load_samples samples;
};

struct stage {
    struct bench *bench;
    struct served ours;
    struct served other; /* with --against */
    struct place redis_home;
    struct redis_peer redis;
    struct postgres_peer postgres;
    struct contender contenders[MOST_CONTENDERS];
    size_t contender_count;
    const struct contender *small;
    const struct contender *large;
    const struct contender *xadd;
};

static struct contender *add_contender(struct stage *stage, const struct contender *contender)
{
    struct contender *added = &stage->contenders[stage->contender_count++];

    must(stage->contender_count <= MOST_CONTENDERS);
    *added = *contender;
    return added;
}

static struct contender *
add_operation(struct stage *stage, struct served *served, const struct operation *operation)
{
    struct contender *added = add_contender(
        stage, &(struct contender){
                   .name = operation->name,
                   .protocol = &workload_protocol,
                   .operation = operation,
                   .served = served,
                   .process = served->site.server,
               });

    added->load = (struct workload_load){.workload = &served->workload, .operation = operation};
    added->context = &added->load;
    return added;
}

static void add_contenders(struct stage *stage)
{
    stage->small = add_operation(stage, &stage->ours, &workload_small_answer);
    stage->large = add_operation(stage, &stage->ours, &workload_large_answer);
    stage->xadd = add_contender(
        stage, &(struct contender){
                   .name = "Redis XADD",
                   .protocol = &redis_protocol,
                   .context = &stage->redis,
                   .served = &stage->ours,
                   .process = stage->redis.server,
               });
    add_contender(
        stage, &(struct contender){
                   .name = "PostgreSQL insert",
                   .protocol = &postgres_protocol,
                   .context = &stage->postgres,
                   .served = &stage->ours,
               });
    for (const struct operation *o = workload_operations; o->name != NULL; o++) {
        struct contender *added = add_operation(stage, &stage->ours, o);
        if (stage->other.site.server > 0)
            added->rival = add_operation(stage, &stage->other, o);
    }
}

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

/* How long the read models take, after the load's end, to reflect all that it wrote. */
static enum status catch_up(struct served *served, double *out_ms, struct error *error)
{
    int64_t began_us = monotonic_us();
    int64_t now_us = began_us;
    int64_t lag = 1;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && lag > 0 && now_us - began_us < CATCH_UP_S * (int64_t)US_PER_S) {
        status = site_metric(&served->site, "projector_lag_events", &lag, error);
        now_us = monotonic_us();
    }
    if (status == STATUS_OK && lag > 0)
        status = error_set(error, STATUS_TIMED_OUT, "the projector does not catch up");
    *out_ms = (double)(now_us - began_us) / US_PER_MS;
    return status;
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
    samples_add(&s->worker, thread_us(from, to, "worker", n));
    samples_add(&s->writer, thread_us(from, to, "writer", n));
    samples_add(&s->projector, thread_us(from, to, "projector", n));
    samples_add(&s->indexer, thread_us(from, to, "indexer", n));
    samples_add(&s->postgres, postgres);
    samples_add(&s->client, result->own_us / n);
}

/* A fifth of the time is for warming up. */
static enum status
drive(struct stage *stage, struct contender *c, struct load *load, struct error *error)
{
    double seconds = stage->bench->options->seconds;
    struct load_result result = {.answers = 0};
    struct mark from;
    struct mark to;
    enum status status = load_drive(load, seconds / 5, NULL, error);

    if (status == STATUS_OK)
        status = take_mark(c, &from, error);
    if (status == STATUS_OK)
        status = load_drive(load, seconds, &result, error);
    if (status == STATUS_OK)
        status = take_mark(c, &to, error);
    if (status == STATUS_OK && result.answers == 0)
        status = error_set(error, STATUS_TIMED_OUT, "%s: no answer in time", c->name);
    if (status == STATUS_OK)
        keep(&c->samples, &from, &to, &result);
    load_result_free(&result);
    return status;
}

static enum status
run_contender(struct stage *stage, struct contender *c, unsigned connections, struct error *error)
{
    struct load *load = NULL;
    double behind_ms = 0;
    enum status status = STATUS_OK;

    if (c->operation != NULL && c->operation->prepare != NULL)
        status = c->operation->prepare(&c->served->workload, connections, error);
    if (status == STATUS_OK)
        status = catch_up(c->served, &behind_ms, error);
    if (status == STATUS_OK)
        status = load_open(c->protocol, c->context, connections, &load, error);
    if (status == STATUS_OK)
        status = drive(stage, c, load, error);
    if (status == STATUS_OK)
        status = catch_up(c->served, &behind_ms, error);
    load_close(load);
    if (status == STATUS_OK)
        samples_add(&c->samples.behind, behind_ms);
    return status;
}

/* What the server could answer at this size, were the answer fixed: between the two that are, by
 * the time of a request. */
static struct samples fixed_rate(const struct stage *stage, size_t bytes)
{
    const struct contender *small = stage->small;
    const struct contender *large = stage->large;
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

/* What is held to at some number of connections. */
static const struct {
    const char *operation;
    unsigned connections;
    const char *column;
    struct aim aim;
} aims[] = {
    {"log a line", 32, "requests", {AIM_RATIO_AT_LEAST, 0.5}},
    {"log a line", 64, "behind", {AIM_VALUE_AT_MOST, 1000}},
    {"log a line", 1, "p50", {AIM_VALUE_AT_MOST, 0.7}},
    {"create a task", 16, "requests", {AIM_VALUE_AT_LEAST, 4000}},
    {"create a task", 16, "processors", {AIM_VALUE_AT_MOST, 450}},
    {"create a task", 1, "p50", {AIM_VALUE_AT_MOST, 1.2}},
    {"list 50 nodes", 16, "requests", {AIM_VALUE_AT_LEAST, 3000}},
    {"list 50 tasks", 16, "requests", {AIM_VALUE_AT_LEAST, 3000}},
};

static struct aim aim_of(const struct contender *c, unsigned connections, const char *column)
{
    for (size_t i = 0; i < COUNT_OF(aims); i++) {
        if (aims[i].connections == connections && strcmp(aims[i].operation, c->name) == 0 &&
            strcmp(aims[i].column, column) == 0)
            return aims[i].aim;
    }
    return (struct aim){AIM_NONE, 0};
}

/* What it is compared with; nothing for a limit itself. */
static bool limit_of(const struct stage *stage, const struct contender *c, struct samples *out)
{
    if (c->operation == NULL || c == stage->small || c == stage->large)
        return false;
    if (c->rival != NULL)
        *out = c->rival->samples.requests;
    else
        *out = c->operation->is_durable ? stage->xadd->samples.requests
                                        : fixed_rate(stage, c->load.body_bytes);
    return true;
}

static void add_figures(const struct stage *stage, const struct contender *c, unsigned connections)
{
    struct report *report = stage->bench->report;
    struct samples limit;
    struct aim aim = aim_of(c, connections, "requests");

    report_begin_subject(report, "%s, %u connections", c->name, connections);
    if (limit_of(stage, c, &limit))
        report_add_beside(
            report, "requests", "1/s", (struct beside){&c->samples.requests, &limit}, aim);
    else
        report_add(report, "requests", "1/s", &c->samples.requests, aim);
    for (size_t i = 0; i < COUNT_OF(columns); i++)
        report_add(
            report, columns[i].name, columns[i].unit,
            (const struct samples *)(const void *)((const char *)&c->samples + columns[i].offset),
            aim_of(c, connections, columns[i].name));
}

static enum status measure_at(struct stage *stage, unsigned connections, struct error *error)
{
    enum status status = STATUS_OK;

    for (size_t i = 0; i < stage->contender_count; i++)
        stage->contenders[i].samples = (struct load_samples){.requests = {.count = 0}};
    for (int64_t run = 0; status == STATUS_OK && run < stage->bench->options->runs; run++) {
        for (size_t i = 0; status == STATUS_OK && i < stage->contender_count; i++)
            status = run_contender(stage, &stage->contenders[i], connections, error);
    }
    for (size_t i = 0; status == STATUS_OK && i < stage->contender_count; i++) {
        if (stage->contenders[i].served == &stage->ours)
            add_figures(stage, &stage->contenders[i], connections);
    }
    return status;
}

/* Each has a node of its own. */
static size_t most_connections(const struct bench *bench)
{
    size_t only = (size_t)bench->options->clients;

    return only > LARGEST_LOAD ? only : LARGEST_LOAD;
}

static enum status open_served(
    struct bench *bench,
    const char *program,
    const char *directory,
    struct served *out,
    struct error *error)
{
    const struct site_order order = {program, &out->home, NULL};
    enum status status = place_make_empty(bench->place, directory, &out->home, error);

    if (status == STATUS_OK)
        status = site_start(&out->site, &order, bench->arena, error);
    if (status == STATUS_OK)
        status = site_sign_in(&out->site, error);
    if (status == STATUS_OK)
        status = workload_make(&out->workload, &out->site, most_connections(bench), error);
    return status;
}

static enum status open_peers(struct stage *stage, struct error *error)
{
    struct bench *bench = stage->bench;
    enum status status = place_make_empty(bench->place, "redis", &stage->redis_home, error);

    if (status == STATUS_OK)
        status = redis_peer_start(&stage->redis, &stage->redis_home, error);
    if (status != STATUS_OK)
        return status;
    bench->conditions->redis = text_from(stage->redis.version);
    stage->postgres.conninfo = stage->ours.site.conninfo;
    status = conditions_note_postgresql(
        bench->conditions, stage->postgres.conninfo, bench->arena, error);
    if (status == STATUS_OK)
        status = postgres_peer_prepare(&stage->postgres, error);
    return status;
}

static enum status open_stage(struct stage *stage, struct error *error)
{
    const struct options *options = stage->bench->options;
    enum status status = open_served(stage->bench, options->server, "site", &stage->ours, error);

    if (status == STATUS_OK && options->against != NULL)
        status = open_served(stage->bench, options->against, "site-against", &stage->other, error);
    if (status == STATUS_OK)
        status = open_peers(stage, error);
    return status;
}

static void close_stage(struct stage *stage)
{
    site_stop(&stage->ours.site);
    site_stop(&stage->other.site);
    redis_peer_stop(&stage->redis);
    place_remove(&stage->ours.home);
    place_remove(&stage->other.home);
    place_remove(&stage->redis_home);
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage *stage = arena_one(bench->arena, struct stage);
    unsigned only = (unsigned)bench->options->clients;
    enum status status;

    stage->bench = bench;
    stage->other.site.client.fd = -1;
    status = open_stage(stage, error);
    add_contenders(stage);
    if (status == STATUS_OK && only > 0)
        status = measure_at(stage, only, error);
    for (size_t i = 0; status == STATUS_OK && only == 0 && i < COUNT_OF(usual_connections); i++)
        status = measure_at(stage, usual_connections[i], error);
    close_stage(stage);
    return status;
}

const struct row http_row = {
    .name = "http",
    .doc = "requests over keep-alive connections, each of them sending the next when the last is "
           "answered; processor time is that of one request",
    .limit = "of what appends to the ledger: XADD of Redis with appendfsync always; of the rest: a "
             "fixed answer of the same size from the same server; with --against: the other server",
    .measure = measure,
};
