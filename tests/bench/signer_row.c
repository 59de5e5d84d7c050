/*
 * The row of the signer: what it costs the writer that checkpoints are signed meanwhile, once a second.
 * Runs with it and without it in turn.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/rows.h"
#include "tests/bench/writer_run.h"

enum { CLIENTS = 32, LEAST_SECONDS = 6 /* of a run, unless it is a quick one */ };

struct runs {
    struct samples commands; /* a second */
    struct samples p99_ms;
};

static enum status
run_once(const struct bench *bench, bool is_signing, struct runs *runs, struct error *error)
{
    const struct options *options = bench->options;
    struct writer_result result = {0};
    struct place home;
    enum status status = place_make_empty(bench->place, "signer", &home, error);

    if (status != STATUS_OK)
        return status;
    status = writer_run_measured(
        &(struct writer_order){
            .home = home.path,
            .clients = options->clients > 0 ? (unsigned)options->clients : CLIENTS,
            .seconds = options->seconds + (options->is_quick ? 0 : LEAST_SECONDS),
            .is_signing = is_signing,
        },
        &result, error);
    series_sort(&result.latencies);
    samples_add(&runs->commands, result.commands_per_second);
    samples_add(&runs->p99_ms, series_at(&result.latencies, 0.99) / 1000.0);
    if (status == STATUS_OK && is_signing && !options->is_quick && result.signed_size == 0)
        status = error_set(error, STATUS_INTERNAL, "the signer has signed nothing");
    writer_result_free(&result);
    place_remove(&home);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    static const struct aim none = {AIM_NONE, 0};
    struct runs with = {.commands = {.count = 0}};
    struct runs without = {.commands = {.count = 0}};
    enum status status = STATUS_OK;

    for (int64_t i = 0; status == STATUS_OK && i < bench->options->runs; i++) {
        status = run_once(bench, false, &without, error);
        if (status == STATUS_OK)
            status = run_once(bench, true, &with, error);
    }
    if (status != STATUS_OK)
        return status;
    report_begin_subject(bench->report, "writer, signed for");
    report_add_beside(
        bench->report, "commands", "1/s", (struct beside){&with.commands, &without.commands}, none);
    report_add_beside(
        bench->report, "p99", "ms", (struct beside){&with.p99_ms, &without.p99_ms}, none);
    return STATUS_OK;
}

const struct row signer_row = {
    .name = "signer",
    .doc =
        "durable commands through the writer's thread, one event each, while the signer signs what "
        "is committed",
    .limit = "the same without a signer",
    .measure = measure,
};
