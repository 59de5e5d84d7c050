/*
 * The row of what goes through all events: the forensic index made from nothing, and an export of all as
 * JSON Lines by the program itself, on the files of a home. Beside both: only reading the same events,
 * each checked, by one thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "eventlog/ledger_index.h"
#include "tests/bench/history.h"
#include "tests/bench/rows.h"
#include "tests/bench/site.h"

#include <stdio.h>
#include <unistd.h>

enum {
    MOST_RUNS_HERE = 3, /* of seconds each */
    READ_AT_ONCE = 1000,
    READ_BUDGET_BYTES = 8 << 20,
    READ_ARENA_BYTES = 128 << 20,
    INDEX_AT_ONCE = 50000, /* as the server's indexer */
    PATH_BYTES = 4096
};

/* Events a second, of each run. */
struct rates {
    struct samples read;
    struct samples indexed;
    struct samples exported;
};

static double rate_since(int64_t began_us, uint64_t events)
{
    return (double)events * US_PER_S / (double)(monotonic_us() - began_us);
}

static enum status read_all(struct ledger *log, struct error *error)
{
    AUTO_ARENA arena = arena_new(READ_ARENA_BYTES);
    uint64_t at = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && at < ledger_size(log)) {
        struct record *records = NULL;
        size_t count = 0;
        arena_reset(arena);
        records = arena_array(arena, READ_AT_ONCE, sizeof(*records));
        status = ledger_read(
            log, (struct position){at}, READ_AT_ONCE, READ_BUDGET_BYTES, arena, records, &count,
            error);
        at += count;
    }
    return status;
}

static enum status index_all(const char *home, struct ledger *log, struct error *error)
{
    struct ledger_index *index = NULL;
    size_t added = 1;
    enum status status = ledger_index_open(home, log, false, &index, error);

    while (status == STATUS_OK && added > 0)
        status = ledger_index_catch_up(index, INDEX_AT_ONCE, &added, error);
    ledger_index_close(index);
    return status;
}

/* Reading comes first, so that both find the file in memory. */
static enum status
run_ours(const char *home, uint64_t events, struct rates *rates, struct error *error)
{
    const struct ledger_settings settings = {.home = home, .is_read_only = true};
    struct ledger *log = NULL;
    enum status status = ledger_open(&settings, &log, error);
    int64_t began_us = monotonic_us();

    if (status == STATUS_OK)
        status = read_all(log, error);
    samples_add(&rates->read, rate_since(began_us, events));
    began_us = monotonic_us();
    if (status == STATUS_OK)
        status = index_all(home, log, error);
    samples_add(&rates->indexed, rate_since(began_us, events));
    ledger_close(log);
    return status;
}

static enum status check_lines(const char *path, uint64_t events, struct error *error)
{
    FILE *file = fopen(path, "re");
    uint64_t lines = 0;
    int c;

    if (file == NULL)
        return error_set(error, STATUS_NOT_FOUND, "there is no export at %s", path);
    while ((c = getc_unlocked(file)) != EOF)
        lines += c == '\n';
    fclose(file);
    return lines == events
               ? STATUS_OK
               : error_set(
                     error, STATUS_INVALID, "the export has %llu lines", (unsigned long long)lines);
}

static enum status
run_export(struct bench *bench, const struct place *home, struct rates *rates, struct error *error)
{
    uint64_t events = (uint64_t)bench->options->events;
    const char *path = text_format(bench->arena, "%s.jsonl", home->path).data;
    const char *arguments[] = {
        "export", "--unrecorded", "--format=jsonl",
        text_format(bench->arena, "--output=%s", path).data, NULL};
    const char *log = text_format(bench->arena, "%s.export", home->path).data;
    const struct site_order order = {.program = bench->options->server, .home = home};
    int64_t began_us = monotonic_us();
    enum status status = site_run(&order, arguments, log, bench->arena, error);

    samples_add(&rates->exported, rate_since(began_us, events));
    if (status == STATUS_OK)
        status = check_lines(path, events, error);
    unlink(path);
    return status;
}

static enum status run_once(struct bench *bench, struct rates *rates, struct error *error)
{
    uint64_t events = (uint64_t)bench->options->events;
    struct place home;
    enum status status = place_make_empty(bench->place, "export", &home, error);

    if (status != STATUS_OK)
        return status;
    status = history_copy(bench->place, events, &home, error);
    if (status == STATUS_OK)
        status = run_ours(home.path, events, rates, error);
    if (status == STATUS_OK)
        status = run_export(bench, &home, rates, error);
    place_remove(&home);
    return status;
}

static void add_figures(struct report *report, const struct rates *rates, uint64_t events)
{
    static const struct aim none = {AIM_NONE, 0};

    report_begin_subject(report, "index, %llu events", (unsigned long long)events);
    report_add_beside(
        report, "events", "1/s", (struct beside){&rates->indexed, &rates->read}, none);
    report_begin_subject(report, "JSON Lines, %llu events", (unsigned long long)events);
    report_add_beside(
        report, "events", "1/s", (struct beside){&rates->exported, &rates->read}, none);
}

static enum status measure(struct bench *bench, struct error *error)
{
    int64_t runs = bench->options->runs < MOST_RUNS_HERE ? bench->options->runs : MOST_RUNS_HERE;
    struct rates rates = {.read = {.count = 0}};
    enum status status = STATUS_OK;

    for (int64_t i = 0; status == STATUS_OK && i < runs; i++)
        status = run_once(bench, &rates, error);
    if (status == STATUS_OK)
        add_figures(bench->report, &rates, (uint64_t)bench->options->events);
    return status;
}

const struct row export_row = {
    .name = "export",
    .doc =
        "what goes through all events of a ledger: its index made from nothing, and an export of all of "
        "it by the program, from its start to its end",
    .limit = "reading the same events, each checked, by one thread",
    .measure = measure,
};
