/*
 * The row of reads from streaming replicas. Three servers on three databases of one primary, which one
 * replica or two follow: each reads over none, one or two of them, in turn.
 *
 *   primary ──WAL──► two replicas        requests/s · latency · processor time of the primary
 *      ▲  databases fleet0, 1, 2         how long after its answer a write is on both replicas
 *      └── three servers
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/db/db.h"
#include "tests/bench/contender.h"
#include "tests/bench/postgres_server.h"
#include "tests/bench/program.h"
#include "tests/bench/rows.h"

enum {
    REPLICAS = 2,
    SITES = REPLICAS + 1,
    NODES = 64,
    CONNECTIONS = 16,
    WRITES = 25,
    PATIENCE_S = 60
};

struct stage {
    struct bench *bench;
    struct postgres_server primary;
    struct postgres_server replicas[REPLICAS];
    struct served served[SITES]; /* by the number of replicas that it reads from */
    struct contender contenders[SITES];
};

static enum status open_databases(struct stage *stage, struct error *error)
{
    struct bench *bench = stage->bench;
    struct db *db = NULL;
    enum status status =
        postgres_server_begin(&stage->primary, bench->place, "primary", bench->arena, error);

    if (status == STATUS_OK)
        status = db_open(postgres_server_url(&stage->primary, "postgres"), 10, 0, &db, error);
    for (int i = 0; status == STATUS_OK && i < SITES; i++)
        status = db_script(db, text_format(bench->arena, "create database fleet%d", i).data, error);
    db_close(db);
    for (int i = 0; status == STATUS_OK && i < REPLICAS; i++)
        status = postgres_server_replicate(
            &stage->replicas[i], &stage->primary, text_format(bench->arena, "replica%d", i).data,
            error);
    return status;
}

static enum status
wait_until_replicas_are_ready(struct served *served, int count, struct error *error)
{
    int64_t until_us = monotonic_us() + PATIENCE_S * (int64_t)US_PER_S;
    enum status status = STATUS_OK;

    for (int i = 1; status == STATUS_OK && i <= count; i++) {
        const char *name = text_format(served->site.arena, "replica_ready{replica=\"%d\"}", i).data;
        int64_t is_ready = 0;
        while (status == STATUS_OK && is_ready == 0 && monotonic_us() < until_us) {
            program_wait_a_little();
            status = site_metric(&served->site, name, &is_ready, error);
        }
        if (status == STATUS_OK && is_ready == 0)
            status = error_set(error, STATUS_TIMED_OUT, "replica %d is not ready", i);
    }
    return status;
}

/* On the database of its number, with so many replicas. */
static enum status open_site(struct stage *stage, int number, struct error *error)
{
    struct bench *bench = stage->bench;
    struct served *served = &stage->served[number];
    const char *database = text_format(bench->arena, "fleet%d", number).data;
    const char *primary = postgres_server_url(&stage->primary, database);
    const char *urls = "DATABASE_READ_URLS=";
    enum status status = place_make_empty(bench->place, database, &served->home, error);

    for (int i = 0; i < number; i++)
        urls = text_format(
                   bench->arena, "%s%s%s", urls, i == 0 ? "" : ",",
                   postgres_server_url(&stage->replicas[i], database))
                   .data;
    if (status == STATUS_OK)
        status = site_start(
            &served->site,
            &(struct site_order){
                .program = bench->options->server,
                .home = &served->home,
                .settings = (const char *const[]){urls, NULL},
                .database = primary},
            bench->arena, error);
    served->site.postgres = stage->primary.process;
    if (status == STATUS_OK)
        status = site_sign_in(&served->site, error);
    if (status == STATUS_OK)
        status = workload_make(&served->workload, &served->site, NODES, error);
    return status == STATUS_OK ? wait_until_replicas_are_ready(served, number, error) : status;
}

static void make_contender(struct stage *stage, int number)
{
    struct served *served = &stage->served[number];
    struct contender *contender = &stage->contenders[number];
    const struct operation *operation = workload_operation("list 50 nodes");

    *contender = (struct contender){
        .name = operation->name,
        .protocol = &workload_protocol,
        .operation = operation,
        .served = served,
        .process = served->site.server,
        .load = {.workload = &served->workload, .operation = operation},
        .context = &contender->load,
    };
}

static void add_figures(const struct stage *stage, int number)
{
    struct report *report = stage->bench->report;
    const struct load_samples *samples = &stage->contenders[number].samples;
    const struct load_samples *alone = &stage->contenders[0].samples;

    report_begin_subject(
        report, "%s, %d connections, %d replicas", stage->contenders[number].name, CONNECTIONS,
        number);
    report_add_beside(
        report, "requests", "1/s", (struct beside){&samples->requests, &alone->requests},
        (struct aim){AIM_NONE, 0});
    report_add(report, "p50", "ms", &samples->p50, (struct aim){AIM_NONE, 0});
    report_add(report, "p99", "ms", &samples->p99, (struct aim){AIM_NONE, 0});
    report_add(report, "workers", "us", &samples->worker, (struct aim){AIM_NONE, 0});
    report_add(report, "primary", "us", &samples->postgres, (struct aim){AIM_NONE, 0});
}

static enum status measure_reads(struct stage *stage, struct error *error)
{
    const struct options *options = stage->bench->options;
    enum status status = STATUS_OK;

    for (int i = 0; i < SITES; i++)
        make_contender(stage, i);
    for (int64_t run = 0; status == STATUS_OK && run < options->runs; run++) {
        for (int i = 0; status == STATUS_OK && i < SITES; i++)
            status = contender_run(&stage->contenders[i], CONNECTIONS, options->seconds, error);
    }
    for (int i = 0; status == STATUS_OK && i < SITES; i++)
        add_figures(stage, i);
    return status;
}

/* Until the read models there show so much of the ledger. */
static enum status wait_for(struct db *db, struct arena *arena, int64_t size, struct error *error)
{
    int64_t until_us = monotonic_us() + PATIENCE_S * (int64_t)US_PER_S;
    int64_t shown = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && shown < size) {
        struct text value = {NULL, 0};
        status = db_value(db, arena, "select size from fleetledger.sets", &value, error);
        if (status == STATUS_OK && !text_to_int64(value, &shown))
            status = error_set(error, STATUS_INVALID, "a replica has no position");
        if (status == STATUS_OK && monotonic_us() > until_us)
            status = error_set(error, STATUS_TIMED_OUT, "a replica does not catch up");
    }
    return status;
}

/* From the answer to a write until both have it. */
static enum status
time_write(struct stage *stage, struct db *const *replicas, double *out_ms, struct error *error)
{
    AUTO_ARENA arena = arena_new(16 << 20);
    struct served *served = &stage->served[REPLICAS];
    int64_t size = 0;
    int64_t began_us;
    enum status status = workload_queue_tasks(&served->workload, 1, error);

    began_us = monotonic_us();
    if (status == STATUS_OK)
        status = site_metric(&served->site, "ledger_size", &size, error);
    for (int i = 0; status == STATUS_OK && i < REPLICAS; i++)
        status = wait_for(replicas[i], arena, size, error);
    *out_ms = (double)(monotonic_us() - began_us) / US_PER_MS;
    return status;
}

static enum status measure_lag(struct stage *stage, struct error *error)
{
    struct db *replicas[REPLICAS] = {NULL};
    struct samples lags = {.count = 0};
    enum status status = STATUS_OK;

    for (int i = 0; status == STATUS_OK && i < REPLICAS; i++)
        status =
            db_open(postgres_server_url(&stage->replicas[i], "fleet2"), 10, 0, &replicas[i], error);
    for (int i = 0; status == STATUS_OK && i < WRITES; i++) {
        double ms = 0;
        status = time_write(stage, replicas, &ms, error);
        samples_add(&lags, ms);
    }
    for (int i = 0; i < REPLICAS; i++)
        db_close(replicas[i]);
    if (status != STATUS_OK)
        return status;
    report_begin_subject(stage->bench->report, "a new task, until both replicas show it");
    report_add(stage->bench->report, "after the answer", "ms", &lags, (struct aim){AIM_NONE, 0});
    return STATUS_OK;
}

static void close_stage(struct stage *stage)
{
    for (int i = 0; i < SITES; i++) {
        site_stop(&stage->served[i].site);
        place_remove(&stage->served[i].home);
    }
    for (int i = 0; i < REPLICAS; i++)
        postgres_server_stop(&stage->replicas[i]);
    postgres_server_stop(&stage->primary);
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage *stage = arena_one(bench->arena, struct stage);
    enum status status;

    stage->bench = bench;
    for (int i = 0; i < SITES; i++)
        stage->served[i].site.client.fd = -1;
    status = open_databases(stage, error);
    for (int i = 0; status == STATUS_OK && i < SITES; i++)
        status = open_site(stage, i, error);
    if (status == STATUS_OK)
        status = measure_reads(stage, error);
    if (status == STATUS_OK)
        status = measure_lag(stage, error);
    close_stage(stage);
    return status;
}

const struct row replicas_row = {
    .name = "replicas",
    .doc = "reads over none, one and two streaming replicas of one PostgreSQL; processor time is "
           "that of one request",
    .limit = "the same reads from the primary alone",
    .measure = measure,
};
