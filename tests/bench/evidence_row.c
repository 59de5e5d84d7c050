/*
 * The row of evidence under load: pages of the timeline, and the tiles that an auditor's tool fetches by the
 * thousand, from 16 connections at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/contender.h"
#include "tests/bench/evidence_site.h"
#include "tests/bench/rows.h"
#include "tests/e2e/document.h"

enum { CONNECTIONS = 16, PATH_BYTES = 200 };

static void write_get(const struct turn *turn, struct text path, struct buf *out)
{
    site_write_request(
        &(struct site_request){
            .method = "GET", .path = path, .headers = turn->workload->site->admin},
        out);
}

static bool read_timeline(struct turn *turn, struct buf *out)
{
    write_get(turn, text_lit("/api/v1/timeline?limit=50&type=task.created"), out);
    return true;
}

static bool read_tile(struct turn *turn, struct buf *out)
{
    write_get(turn, text_lit("/api/v1/ledger/tile/0/000"), out);
    return true;
}

static bool read_entries(struct turn *turn, struct buf *out)
{
    write_get(turn, text_lit("/api/v1/ledger/tile/entries/000"), out);
    return true;
}

static const struct operation operations[] = {
    {.name = "a page of 50", .status = 200, .request = read_timeline},
    {.name = "a tile", .status = 200, .request = read_tile},
    {.name = "a tile of entries", .status = 200, .request = read_entries},
};
static const struct aim aims[COUNT_OF(operations)] = {
    {AIM_VALUE_AT_LEAST, 5000},
    {AIM_RATIO_AT_LEAST, 0.5},
    {AIM_RATIO_AT_LEAST, 0.5},
};

enum { SMALL, LARGE, FIRST_OF_OURS, CONTENDERS = FIRST_OF_OURS + COUNT_OF(operations) };

struct stage {
    struct bench *bench;
    struct evidence_site site;
    struct served served;
    struct contender contenders[CONTENDERS];
};

static void add_contender(struct stage *stage, size_t at, const struct operation *operation)
{
    struct contender *c = &stage->contenders[at];

    *c = (struct contender){
        .name = operation->name,
        .protocol = &workload_protocol,
        .operation = operation,
        .served = &stage->served,
        .process = stage->served.site.server,
        .load = {.workload = &stage->served.workload, .operation = operation},
    };
    c->context = &c->load;
}

static void add_contenders(struct stage *stage)
{
    stage->served.site = stage->site.site;
    stage->served.workload = (struct workload){.site = &stage->served.site};
    add_contender(stage, SMALL, &workload_small_answer);
    add_contender(stage, LARGE, &workload_large_answer);
    for (size_t i = 0; i < COUNT_OF(operations); i++)
        add_contender(stage, FIRST_OF_OURS + i, &operations[i]);
}

static void add_figures(struct stage *stage, size_t operation)
{
    struct report *report = stage->bench->report;
    const struct contender *c = &stage->contenders[FIRST_OF_OURS + operation];
    struct samples limit = contender_fixed_rate(
        &stage->contenders[SMALL], &stage->contenders[LARGE], c->load.body_bytes);

    report_begin_subject(report, "%s, %d connections", c->name, CONNECTIONS);
    report_add_beside(
        report, "requests", "1/s", (struct beside){&c->samples.requests, &limit}, aims[operation]);
    report_add(report, "p99", "ms", &c->samples.p99, (struct aim){AIM_NONE, 0});
    report_add(report, "loops", "us", &c->samples.loop, (struct aim){AIM_NONE, 0});
    report_add(report, "workers", "us", &c->samples.worker, (struct aim){AIM_NONE, 0});
    report_add(report, "client", "us", &c->samples.client, (struct aim){AIM_NONE, 0});
}

static enum status run_all(struct stage *stage, struct error *error)
{
    const struct options *options = stage->bench->options;
    unsigned connections = options->clients > 0 ? (unsigned)options->clients : CONNECTIONS;
    enum status status = STATUS_OK;

    for (int64_t run = 0; status == STATUS_OK && run < options->runs; run++) {
        for (size_t i = 0; status == STATUS_OK && i < CONTENDERS; i++)
            status = contender_run(&stage->contenders[i], connections, options->seconds, error);
    }
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage *stage = arena_one(bench->arena, struct stage);
    enum status status;

    stage->bench = bench;
    status = evidence_site_open(bench, &stage->site, error);
    add_contenders(stage);
    if (status == STATUS_OK)
        status = run_all(stage, error);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(operations); i++)
        add_figures(stage, i);
    stage->site.site.client = stage->served.site.client;
    evidence_site_close(&stage->site);
    return status;
}

const struct row evidence_row = {
    .name = "evidence",
    .doc =
        "pages of the timeline and tiles of a ledger of many events, each connection asking again when "
        "it is answered; processor time is that of one request",
    .limit = "a fixed answer of the same size from the same server",
    .measure = measure,
};
