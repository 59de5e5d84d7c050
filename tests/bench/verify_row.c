/*
 * The row of a verification: `fleetledger verify` on a stopped home whose server has folded a ledger of
 * many events, by the time that each part says it took. Beside the ledger stand the digests that it needs
 * at least; beside the read models what PostgreSQL needs at least to have the same rows once more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/db/db.h"
#include "tests/bench/copy_limit.h"
#include "tests/bench/digest_limit.h"
#include "tests/bench/history.h"
#include "tests/bench/program.h"
#include "tests/bench/rows.h"
#include "tests/bench/site.h"
#include "tests/e2e/document.h"

#include <stdio.h>
#include <string.h>

enum { REPORT_BYTES = 1 << 20 };

/* The parts of the report, in its order. */
static const char *const parts[] = {"ledger", "keys", "write model", "index", "read models"};
enum { PART_LEDGER = 0, PART_READ_MODELS = 4 };

/* Makes the read models, and measures the limit beside them. */
static enum status prepare(
    struct bench *bench, const struct place *home, struct copy_figures *out, struct error *error)
{
    struct site site;
    struct place dumps;
    const char *schema = NULL;
    enum status status = place_make_empty(bench->place, "dumps", &dumps, error);

    if (status != STATUS_OK)
        return status;
    status = site_start(
        &site, &(struct site_order){.program = bench->options->server, .home = home}, bench->arena,
        error);
    if (status == STATUS_OK)
        status = site_schema(&site, &schema, error);
    if (status == STATUS_OK)
        status =
            copy_limit_run(&(struct copy_order){site.conninfo, schema, dumps.path}, out, error);
    site_stop(&site);
    place_remove(&dumps);
    return status;
}

static enum status read_report(const char *path, char *out, size_t size, struct error *error)
{
    FILE *file = fopen(path, "re");
    size_t got = 0;

    if (file != NULL) {
        got = fread(out, 1, size - 1, file);
        fclose(file);
    }
    out[got] = '\0';
    if (strstr(out, "{\"verdict\"") != NULL) /* behind lines of progress */
        memmove(out, strstr(out, "{\"verdict\""), strlen(strstr(out, "{\"verdict\"")) + 1);
    return got > 0 ? STATUS_OK : error_set(error, STATUS_UNAVAILABLE, "verify printed nothing");
}

/* Of each part that must have held. */
static enum status
part_seconds(struct arena *arena, struct text report, size_t part, double *out, struct error *error)
{
    char path[48];
    struct text verdict;
    struct text seconds;

    snprintf(path, sizeof(path), "parts.%zu.verdict", part);
    verdict = document_at(arena, report, path);
    snprintf(path, sizeof(path), "parts.%zu.seconds", part);
    seconds = document_at(arena, report, path);
    if (!text_is(verdict, "ok") || sscanf(text_c(arena, seconds), "%lf", out) != 1)
        return error_set(
            error, STATUS_INVALID, "verify says of the %s: %.*s", parts[part],
            TEXT_ARGS(document_at(arena, report, "")));
    return STATUS_OK;
}

static enum status verify(
    struct bench *bench, const struct place *home, double out[COUNT_OF(parts)], struct error *error)
{
    static const char *const arguments[] = {"verify", "--json", NULL};
    const struct site_order order = {.program = bench->options->server, .home = home};
    const char *log = text_format(bench->arena, "%s.verify", home->path).data;
    char *report = arena_take(bench->arena, REPORT_BYTES);
    enum status status = site_run(&order, arguments, log, bench->arena, error);

    if (status == STATUS_OK)
        status = read_report(log, report, REPORT_BYTES, error);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(parts); i++)
        status = part_seconds(bench->arena, text_from(report), i, &out[i], error);
    return status;
}

/* What the parts are held against. */
struct limits {
    struct copy_figures copy;
    double digests; /* events a second */
};

static void
add_figures(struct bench *bench, const double seconds[COUNT_OF(parts)], const struct limits *limits)
{
    static const struct aim none = {AIM_NONE, 0};
    const struct copy_figures *copy = &limits->copy;
    struct report *report = bench->report;
    struct samples events = samples_of((double)bench->options->events / seconds[PART_LEDGER]);
    struct samples digests = samples_of(limits->digests);
    struct samples rows = samples_of((double)copy->rows / seconds[PART_READ_MODELS]);
    struct samples copied =
        samples_of((double)copy->rows / (copy->copy_seconds + copy->index_seconds));

    report_add_beside(
        report, "ledger", "events/s", (struct beside){&events, &digests},
        (struct aim){AIM_RATIO_AT_LEAST, 0.5});
    report_add_beside(
        report, "read models", "rows/s", (struct beside){&rows, &copied},
        (struct aim){AIM_RATIO_AT_LEAST, 0.6});
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        struct samples value = samples_of(seconds[i]);
        report_add(report, parts[i], "s", &value, none);
    }
}

static enum status measure(struct bench *bench, struct error *error)
{
    uint64_t events = (uint64_t)bench->options->events;
    struct place home;
    struct limits limits = {.digests = 0};
    double seconds[COUNT_OF(parts)] = {0};
    enum status status = place_make_empty(bench->place, "site", &home, error);

    if (status != STATUS_OK)
        return status;
    status = history_copy(bench->place, events, &home, error);
    if (status == STATUS_OK)
        status = prepare(bench, &home, &limits.copy, error);
    if (status == STATUS_OK)
        status = verify(bench, &home, seconds, error);
    if (status == STATUS_OK)
        status = digest_limit_run(&home, &limits.digests, error);
    place_remove(&home);
    if (status != STATUS_OK)
        return status;
    report_begin_subject(bench->report, "%llu events", (unsigned long long)events);
    add_figures(bench, seconds, &limits);
    return STATUS_OK;
}

const struct row verify_row = {
    .name = "verify",
    .doc = "fleetledger verify of a stopped home: every event, and all that is derived from them "
           "against a fresh fold",
    .limit =
        "of the ledger: the same digests of bytes that lie in memory, by a thread a processor; of the "
        "read models: COPY of the same rows from files into bare tables, then the same "
        "indexes; nobody folds or compares",
    .measure = measure,
};
