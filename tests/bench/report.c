/*
 * The report's shapes and its table.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/report.h"

#include "core/base/buf.h"
#include "core/shape/shape_json.h"

#include <stdio.h>

static const struct field conditions_fields[] = {
    {TEXT(conditions, processor), .doc = "Model of the processor."},
    {INT64(conditions, cores), .doc = "Cores that are online."},
    {TEXT(conditions, kernel), .doc = "System and its version."},
    {TEXT(conditions, filesystem), .doc = "Under the data."},
    {TEXT(conditions, compiler), .doc = "Who compiled this program, and how."},
    {TEXT(conditions, lmdb), .doc = "Version of LMDB."},
    {TEXT(conditions, postgresql), .doc = "Version of PostgreSQL."},
    {DOUBLE(conditions, load), .doc = "Load of the machine before the start."},
};
static const struct shape conditions_shape = SHAPE(conditions, "Under what it was measured.");

static const struct field writer_figures_fields[] = {
    {INT64(writer_figures, clients), .doc = "Clients that wait for their answers."},
    {DOUBLE(writer_figures, commands_per_second), .doc = "Durable commands, one event each."},
    {DOUBLE(writer_figures, events_per_commit), .doc = "Events that shared a commit."},
    {DOUBLE(writer_figures, raw_events_per_second), .doc = "The limit: raw LMDB."},
    {DOUBLE(writer_figures, ratio), .doc = "Share of the limit."},
    {DOUBLE(writer_figures, latency_p50_ms), .doc = "Half of the commands took no longer."},
    {DOUBLE(writer_figures, latency_p99_ms), .doc = "99 of 100 took no longer."},
    {DOUBLE(writer_figures, flushes_per_second), .doc = "4 KiB written and synced, one by one."},
};
static const struct shape writer_figures_shape = SHAPE(writer_figures, "The writer.");

static const struct field rebuild_figures_fields[] = {
    {INT64(rebuild_figures, events), .doc = "Events that were folded."},
    {INT64(rebuild_figures, rows), .doc = "Rows that came of them."},
    {DOUBLE(rebuild_figures, seconds), .doc = "From no tables to a set with indexes."},
    {DOUBLE(rebuild_figures, events_per_second), .doc = "Events a second."},
    {DOUBLE(rebuild_figures, rows_per_second), .doc = "Rows a second."},
    {DOUBLE(rebuild_figures, copy_seconds), .doc = "The limit: COPY of the same rows."},
    {DOUBLE(rebuild_figures, index_seconds), .doc = "The limit: their indexes and statistics."},
    {DOUBLE(rebuild_figures, limit_seconds), .doc = "The limit: both."},
    {DOUBLE(rebuild_figures, ratio), .doc = "The limit's time over ours."},
    {DOUBLE(rebuild_figures, peak_mib), .doc = "Most memory of our own."},
};
static const struct shape rebuild_figures_shape = SHAPE(rebuild_figures, "The rebuild.");

static const struct field report_fields[] = {
    {OBJECT(report, conditions, conditions), .doc = "Under what it was measured."},
    {TEXT(report, writer_limit), .doc = "What the writer stands beside."},
    {OBJECTS(report, writer, writer_figures), .doc = "The writer, by number of clients."},
    {TEXT(report, rebuild_limit), .doc = "What the rebuild stands beside."},
    {OBJECT(report, rebuild, rebuild_figures), .doc = "The rebuild."},
};
static const struct shape report_shape = SHAPE(report, "What was measured.");

static void print_conditions(const struct conditions *c)
{
    printf(
        "%lld cores (%.*s), load %.2f before the start\n", (long long)c->cores,
        TEXT_ARGS(c->processor), c->load);
    printf("%.*s, %.*s, %.*s", TEXT_ARGS(c->kernel), TEXT_ARGS(c->filesystem), TEXT_ARGS(c->lmdb));
    if (text_is_present(c->postgresql))
        printf(", PostgreSQL %.*s", TEXT_ARGS(c->postgresql));
    printf("\n%.*s\n", TEXT_ARGS(c->compiler));
}

static void print_writer(const struct report *report)
{
    const struct writer_figures *rows = report->writer.items;

    printf(
        "\nwriter: durable commands a second (one event each)\nlimit:  %.*s\n\n",
        TEXT_ARGS(report->writer_limit));
    printf(
        "%8s %12s %10s %14s %9s %9s %9s %10s\n", "clients", "commands/s", "ev/commit",
        "limit events/s", "of limit", "p50 ms", "p99 ms", "flushes/s");
    for (size_t i = 0; i < report->writer.count; i++)
        printf(
            "%8lld %12.0f %10.1f %14.0f %8.0f%% %9.2f %9.2f %10.0f\n", (long long)rows[i].clients,
            rows[i].commands_per_second, rows[i].events_per_commit, rows[i].raw_events_per_second,
            rows[i].ratio * 100, rows[i].latency_p50_ms, rows[i].latency_p99_ms,
            rows[i].flushes_per_second);
}

static void print_rebuild(const struct report *report)
{
    const struct rebuild_figures *r = report->rebuild;

    printf(
        "\nrebuild: a ledger folded into a fresh set of read models\nlimit:   %.*s\n\n",
        TEXT_ARGS(report->rebuild_limit));
    printf(
        "%10s %10s %9s %10s %10s %9s %19s %9s %9s\n", "events", "rows", "seconds", "events/s",
        "rows/s", "limit s", "(copy + index)", "of limit", "peak MiB");
    printf(
        "%10lld %10lld %9.2f %10.0f %10.0f %9.2f %10.2f + %6.2f %8.0f%% %9.0f\n",
        (long long)r->events, (long long)r->rows, r->seconds, r->events_per_second,
        r->rows_per_second, r->limit_seconds, r->copy_seconds, r->index_seconds, r->ratio * 100,
        r->peak_mib);
}

static void print_json(const struct report *report)
{
    AUTO_BUF out;

    buf_init(&out, 1 << 20);
    shape_json_write(&report_shape, report, &out);
    printf("%.*s\n", TEXT_ARGS(buf_text(&out)));
}

void report_print(const struct report *report, bool is_json)
{
    if (is_json) {
        print_json(report);
        return;
    }
    print_conditions(report->conditions);
    if (report->writer.items != NULL)
        print_writer(report);
    if (report->rebuild != NULL)
        print_rebuild(report);
}
