/*
 * The row of requests over HTTP: for each number of connections some rounds, in each of them every
 * operation and every limit in turn, so that all meet the same machine.
 *
 *   operation ─► requests/s · latency · processor time by thread · how long the projector is behind
 *   limits: fixed answers of the server itself · XADD of Redis · INSERT of PostgreSQL
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "tests/bench/append_peers.h"
#include "tests/bench/contender.h"
#include "tests/bench/rows.h"

#include <stddef.h>
#include <string.h>

enum { MOST_CONTENDERS = 24, LARGEST_LOAD = 64 };

static const unsigned usual_connections[] = {1, 16, 32, 64};

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
        *out = c->operation->is_durable
                   ? stage->xadd->samples.requests
                   : contender_fixed_rate(stage->small, stage->large, c->load.body_bytes);
    return true;
}

static void add_figures(const struct stage *stage, const struct contender *c, unsigned connections)
{
    struct report *report = stage->bench->report;
    struct samples limit;
    struct aim aim = aim_of(c, connections, "requests");

    if (c->rival != NULL && aim.kind == AIM_RATIO_AT_LEAST)
        aim.kind = AIM_NONE; /* it is one beside the usual limit */
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
            status = contender_run(
                &stage->contenders[i], connections, stage->bench->options->seconds, error);
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
    const struct site_order order = {.program = program, .home = &out->home};
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
