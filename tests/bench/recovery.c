/*
 * Starts and sub-commands, timed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/recovery.h"

#include "core/base/timestamp.h"
#include "tests/bench/program.h"
#include "tests/bench/workload.h"
#include "tests/e2e/document.h"

#include <stdio.h>

enum { SIGNED_S = 60, NODES = 64, CONNECTIONS = 64, BACKUP_MEMBERS = 2 };

static const double look_s = 0.1;

/* The second line of a checkpoint is the size that is signed. */
static bool is_signed(struct site *site, int64_t size)
{
    static const struct site_request request = {
        .method = "GET", .path = TEXT_OF("/api/v1/ledger/checkpoint")};
    struct http_answer answer = {0};
    struct error ignored;
    int64_t signed_size = 0;

    if (site_fetch(site, &request, 200, &answer, &ignored) != STATUS_OK)
        return false;
    (void)text_cut(&answer.body, '\n');
    return text_to_int64(text_cut(&answer.body, '\n'), &signed_size) && signed_size >= size;
}

static enum status wait_until_signed(struct site *site, struct error *error)
{
    int64_t until_us = monotonic_us() + SIGNED_S * (int64_t)US_PER_S;
    int64_t size = 0;
    enum status status = site_metric(site, "ledger_size", &size, error);

    while (status == STATUS_OK && !is_signed(site, size)) {
        program_wait_a_little();
        if (monotonic_us() > until_us)
            status =
                error_set(error, STATUS_TIMED_OUT, "the ledger is not signed: see %s", site->log);
    }
    return status;
}

enum status recovery_start(
    struct bench *bench, const struct place *home, double *out_seconds, struct error *error)
{
    const struct site_order order = {.program = bench->options->server, .home = home};
    struct site site;
    int64_t began_us = monotonic_us();
    enum status status = site_start(&site, &order, bench->arena, error);

    *out_seconds = (double)(monotonic_us() - began_us) / US_PER_S;
    site_stop(&site);
    return status;
}

/* From many connections, until the ledger has grown by so many events. */
static enum status drive_lines(struct workload_load *context, int64_t lines, struct error *error)
{
    struct site *site = context->workload->site;
    struct load *load = NULL;
    int64_t size = 0;
    int64_t wanted;
    enum status status = site_metric(site, "ledger_size", &size, error);

    wanted = size + lines;
    if (status == STATUS_OK)
        status = load_open(&workload_protocol, context, CONNECTIONS, &load, error);
    while (status == STATUS_OK && size < wanted) {
        status = load_drive(load, look_s, NULL, error);
        if (status == STATUS_OK)
            status = site_metric(site, "ledger_size", &size, error);
    }
    load_close(load);
    return status;
}

static enum status record_lines(struct site *site, int64_t lines, struct error *error)
{
    struct workload workload;
    struct workload_load context = {
        .workload = &workload, .operation = workload_operation("log a line")};
    enum status status = site_sign_in(site, error);

    if (status == STATUS_OK)
        status = workload_make(&workload, site, NODES, error);
    if (status == STATUS_OK)
        status = context.operation->prepare(&workload, CONNECTIONS, error);
    return status == STATUS_OK ? drive_lines(&context, lines, error) : status;
}

enum status
recovery_sign(struct bench *bench, const struct place *home, int64_t lines, struct error *error)
{
    static const char *const settings[] = {"LEDGER_PUBLIC=true", NULL};
    const struct site_order order = {
        .program = bench->options->server, .home = home, .settings = settings};
    struct site site;
    enum status status = site_start(&site, &order, bench->arena, error);

    if (status == STATUS_OK && lines > 0)
        status = record_lines(&site, lines, error);
    if (status == STATUS_OK)
        status = wait_until_signed(&site, error);
    site_stop(&site);
    return status;
}

/* The last line that is an object: others are for people. */
static struct text document_in(struct text said)
{
    struct text document = {NULL, 0};

    while (said.size > 0) {
        struct text line = text_cut(&said, '\n');
        if (text_starts_with(line, text_lit("{")))
            document = line;
    }
    return document;
}

enum status recovery_run(
    struct bench *bench,
    const struct place *home,
    const struct recovery_order *order,
    double *out,
    struct error *error)
{
    const struct site_order site = {.program = bench->options->server, .home = home};
    const char *log = text_format(bench->arena, "%s.said", home->path).data;
    enum status status = site_run(&site, order->arguments, log, bench->arena, error);
    struct text said = document_in(program_said(log, bench->arena));

    for (size_t i = 0; status == STATUS_OK && order->members[i] != NULL; i++) {
        struct text number = document_at(bench->arena, said, order->members[i]);

        if (sscanf(text_c(bench->arena, number), "%lf", &out[i]) != 1)
            status = error_set(
                error, STATUS_INVALID, "%s says no %s: see %s", order->arguments[0],
                order->members[i], log);
    }
    return status;
}

enum status recovery_back_up(
    struct bench *bench,
    const struct place *home,
    const struct place *store,
    struct recovery_backup *out,
    struct error *error)
{
    const char *to = text_format(bench->arena, "--to=%s", store->path).data;
    const struct recovery_order order = {
        .arguments = (const char *const[]){"backup", "--json", to, NULL},
        .members = (const char *const[]){"newEvents", "seconds", NULL}};
    double said[BACKUP_MEMBERS] = {0};
    enum status status = recovery_run(bench, home, &order, said, error);

    if (status == STATUS_OK)
        *out = (struct recovery_backup){.events = said[0], .seconds = said[1]};
    return status;
}
