/*
 * The row of recovery: fleetledger backup of a home, whole and what is new, and the way back: restore, and the start
 * that makes everything derived again.
 *
 *   nine tenths of a ledger ─► signed ─► full backup ─► the rest ─► signed ─► incremental ─► restore ─► start
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/timestamp.h"
#include "eventlog/ledger_copy.h"
#include "tests/bench/history.h"
#include "tests/bench/program.h"
#include "tests/bench/rows.h"
#include "tests/bench/site.h"
#include "tests/e2e/document.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    AT_ONCE = 8192,
    COPY_BYTES = 64 << 20,
    REPORT_BYTES = 1 << 16,
    MOST_RANGES = 512,
    PATIENCE_S = 1800
};

/* Events of a generated ledger, appended to the home's as they are stored. */
static enum status
append_some(struct ledger *from, struct ledger *to, uint64_t end, struct error *error)
{
    struct stored_event *events = heap_array(AT_ONCE, sizeof(*events));
    uint64_t next = ledger_size(to);
    size_t count = 0;
    struct bytes rest;
    enum status status = STATUS_OK;
    AUTO_BUF copied = {0};

    buf_init(&copied, COPY_BYTES);
    while (status == STATUS_OK && next < end && next - ledger_size(to) + 1000 <= AT_ONCE)
        status = ledger_copy(from, &next, end, COPY_BYTES / 16, &copied, error);
    rest = buf_bytes(&copied);
    while (status == STATUS_OK && count < AT_ONCE && stored_event_next(&rest, &events[count]))
        count++;
    if (status == STATUS_OK)
        status = ledger_append_stored(to, events, count, error);
    heap_free(events);
    return status;
}

static enum status
grow(struct bench *bench, const struct place *home, uint64_t size, struct error *error)
{
    const struct ledger_settings settings = {.home = home->path, .reserve_bytes = 1};
    struct ledger *from = NULL;
    struct ledger *to = NULL;
    struct keyring *keyring = NULL;
    enum status status =
        history_open(bench->place, (uint64_t)bench->options->events, &from, &keyring, error);

    if (status == STATUS_OK)
        status = ledger_open(&settings, &to, error);
    while (status == STATUS_OK && ledger_size(to) < size)
        status = append_some(from, to, size, error);
    ledger_close(to);
    ledger_close(from);
    keyring_close(keyring);
    return status;
}

/* A start signs what there is, and makes the read models. */
static enum status
start_once(struct bench *bench, const struct place *home, double *out_seconds, struct error *error)
{
    struct site site;
    int64_t began_us = monotonic_us();
    enum status status = site_start(
        &site, &(struct site_order){.program = bench->options->server, .home = home}, bench->arena,
        error);

    *out_seconds = (double)(monotonic_us() - began_us) / US_PER_S;
    if (status == STATUS_OK)
        nanosleep(&(struct timespec){.tv_sec = 2}, NULL);
    site_stop(&site);
    return status;
}

/* Runs a sub-command that tells what it did as JSON; gives the seconds that it says it took. */
static enum status
run(struct bench *bench,
    const struct place *home,
    const char *const *arguments,
    double *out_seconds,
    struct error *error)
{
    const struct site_order order = {.program = bench->options->server, .home = home};
    const char *log = text_format(bench->arena, "%s.said", home->path).data;
    char *said = arena_take(bench->arena, REPORT_BYTES);
    enum status status = site_run(&order, arguments, log, bench->arena, error);
    FILE *file = fopen(log, "re");
    const char *json;

    if (file != NULL) {
        (void)!fread(said, 1, REPORT_BYTES - 1, file);
        (void)fclose(file);
    }
    json = strchr(said, '{');
    if (status == STATUS_OK &&
        (json == NULL ||
         sscanf(
             text_c(bench->arena, document_at(bench->arena, text_from(json), "seconds")), "%lf",
             out_seconds) != 1))
        return error_set(error, STATUS_INVALID, "%s said: %.200s", arguments[0], said);
    return status;
}

static enum status back_up(
    struct bench *bench,
    const struct place *home,
    const struct place *store,
    double *out_seconds,
    struct error *error)
{
    const char *to = text_format(bench->arena, "--to=%s", store->path).data;
    const char *const arguments[] = {"backup", "--json", to, NULL};

    return run(bench, home, arguments, out_seconds, error);
}

/* The files of ranges below a store, behind the words of a command. */
static size_t
add_ranges(struct bench *bench, const char *directory, const char **argv, size_t count)
{
    DIR *entries = opendir(directory);
    const struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL && count < MOST_RANGES) {
        const char *path = text_format(bench->arena, "%s/%s", directory, entry->d_name).data;

        if (strncmp(entry->d_name, "range-", 6) == 0)
            argv[count++] = path;
        else if (entry->d_name[0] == '2')
            count = add_ranges(bench, path, argv, count);
    }
    if (entries != NULL)
        closedir(entries);
    return count;
}

static enum status run_zstd(const char *const *argv, const char *log, struct error *error)
{
    static const char *const environment[] = {"PATH=/usr/local/bin:/usr/bin:/bin", NULL};
    pid_t program = 0;
    enum status status = program_start(argv, environment, log, &program, error);

    return status == STATUS_OK ? program_wait(program, PATIENCE_S, error) : status;
}

/* What the backup holds, as bytes of one file, compressed by the command. */
struct limit {
    double bytes;
    double seconds;
};

static enum status measure_limit(
    struct bench *bench, const struct place *store, struct limit *out, struct error *error)
{
    const char *raw = text_format(bench->arena, "%s.raw", store->path).data;
    const char *packed = text_format(bench->arena, "%s.raw.zst", store->path).data;
    const char *log = text_format(bench->arena, "%s.zstd", store->path).data;
    const char *unpack[MOST_RANGES + 1] = {"zstd", "-dcq"};
    const char *const pack[] = {"zstd", "-3", "-T1", "-qf", raw, "-o", packed, NULL};
    int64_t began_us;
    struct stat file;
    enum status status;

    unpack[add_ranges(bench, store->path, unpack, 2)] = NULL;
    status = run_zstd(unpack, raw, error);
    began_us = monotonic_us();
    if (status == STATUS_OK)
        status = run_zstd(pack, log, error);
    out->seconds = (double)(monotonic_us() - began_us) / US_PER_S;
    out->bytes = stat(raw, &file) == 0 ? (double)file.st_size : 0;
    unlink(raw);
    unlink(packed);
    return status;
}

struct figures {
    struct samples full;  /* MB/s */
    struct samples limit; /* the same */
    struct samples full_events;
    struct samples new_events; /* a second */
    double restore_seconds;
    double start_seconds;
};

static enum status measure_full(
    struct bench *bench, const struct place *home, struct figures *out, struct error *error)
{
    enum { RUNS = 3 };
    double events = (double)(bench->options->events / 10 * 9);
    enum status status = STATUS_OK;

    for (int i = 0; i < RUNS && status == STATUS_OK; i++) {
        struct place store;
        struct limit limit = {.bytes = 0};
        double seconds = 0;

        status = place_make_empty(bench->place, "backup-full", &store, error);
        if (status == STATUS_OK)
            status = back_up(bench, home, &store, &seconds, error);
        if (status == STATUS_OK)
            status = measure_limit(bench, &store, &limit, error);
        place_remove(&store);
        samples_add(&out->full, limit.bytes / 1e6 / seconds);
        samples_add(&out->limit, limit.bytes / 1e6 / limit.seconds);
        samples_add(&out->full_events, events / seconds);
    }
    return status;
}

static enum status measure_way_back(
    struct bench *bench, const struct place *store, struct figures *out, struct error *error)
{
    struct place target = place_below(bench->place, "restored");
    const char *from = text_format(bench->arena, "--from=%s", store->path).data;
    const char *to = text_format(bench->arena, "--home=%s", target.path).data;
    const char *const arguments[] = {"restore", "--json", from, to, NULL};
    enum status status;

    place_remove(&target);
    status = run(bench, &target, arguments, &out->restore_seconds, error);
    if (status == STATUS_OK)
        status = start_once(bench, &target, &out->start_seconds, error);
    place_remove(&target);
    return status;
}

static enum status
measure_all(struct bench *bench, const struct place *home, struct figures *out, struct error *error)
{
    uint64_t events = (uint64_t)bench->options->events;
    struct place store;
    double seconds = 0;
    enum status status = place_make_empty(bench->place, "backup", &store, error);

    if (status == STATUS_OK)
        status = grow(bench, home, events / 10 * 9, error);
    if (status == STATUS_OK)
        status = start_once(bench, home, &seconds, error);
    if (status == STATUS_OK)
        status = measure_full(bench, home, out, error);
    if (status == STATUS_OK)
        status = back_up(bench, home, &store, &seconds, error);
    if (status == STATUS_OK)
        status = grow(bench, home, events, error);
    if (status == STATUS_OK)
        status = start_once(bench, home, &seconds, error);
    if (status == STATUS_OK)
        status = back_up(bench, home, &store, &seconds, error);
    out->new_events = samples_of((double)(events - events / 10 * 9) / seconds);
    if (status == STATUS_OK)
        status = measure_way_back(bench, &store, out, error);
    place_remove(&store);
    return status;
}

static void add_figures(struct report *report, const struct figures *figures)
{
    static const struct aim none = {AIM_NONE, 0};
    const struct samples restore = samples_of(figures->restore_seconds);
    const struct samples whole = samples_of(figures->restore_seconds + figures->start_seconds);

    report_add_beside(
        report, "full", "MB/s", (struct beside){&figures->full, &figures->limit},
        (struct aim){AIM_RATIO_AT_LEAST, 0.5});
    report_add_beside(
        report, "incremental", "events/s",
        (struct beside){
            &figures->new_events,
            &(struct samples){.values = {samples_median(&figures->full_events)}, .count = 1}},
        (struct aim){AIM_RATIO_AT_LEAST, 0.5});
    report_add(report, "restore", "s", &restore, none);
    report_add(report, "with rebuild", "s", &whole, none);
}

static enum status measure(struct bench *bench, struct error *error)
{
    uint64_t events = (uint64_t)bench->options->events;
    struct figures figures = {.restore_seconds = 0};
    struct place home;
    enum status status = place_make_empty(bench->place, "site", &home, error);

    if (status != STATUS_OK)
        return status;
    status = history_copy_keys(bench->place, events, &home, error);
    if (status == STATUS_OK)
        status = measure_all(bench, &home, &figures, error);
    place_remove(&home);
    if (status != STATUS_OK)
        return status;
    report_begin_subject(bench->report, "%llu events", (unsigned long long)events);
    add_figures(bench->report, &figures);
    return STATUS_OK;
}

const struct row backup_row = {
    .name = "backup",
    .doc =
        "fleetledger backup of nine tenths of a ledger, then of the rest; restore, and the start that makes "
        "everything derived again",
    .limit =
        "of the full one: the command zstd on the same bytes in one file, at the same level, by as many threads; "
        "of the incremental one: the full one",
    .measure = measure,
};
