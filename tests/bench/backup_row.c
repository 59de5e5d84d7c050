/*
 * The row of backups: of a home that is stopped, whole, and then of what is new.
 *
 *   nine tenths of a ledger ─► signed ─► full backup ─► the rest ─► signed ─► incremental
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "eventlog/ledger_copy.h"
#include "tests/bench/history.h"
#include "tests/bench/program.h"
#include "tests/bench/recovery.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { AT_ONCE = 8192, COPY_BYTES = 64 << 20, MOST_RANGES = 512, PATIENCE_S = 1800 };

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

/* The files of ranges below a store, behind the words of a command. */
static size_t
add_ranges(struct bench *bench, const char *directory, const char **argv, size_t count)
{
    DIR *entries = opendir(directory);
    const struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL) {
        const char *path = text_format(bench->arena, "%s/%s", directory, entry->d_name).data;

        must(count < MOST_RANGES);
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
};

static enum status
run_full(struct bench *bench, const struct place *home, struct figures *out, struct error *error)
{
    double events = (double)(bench->options->events / 10 * 9);
    struct place store;
    struct limit limit = {.bytes = 0};
    double seconds = 0;
    enum status status = place_make_empty(bench->place, "backup-full", &store, error);

    if (status == STATUS_OK)
        status = recovery_back_up(bench, home, &store, &seconds, error);
    if (status == STATUS_OK)
        status = measure_limit(bench, &store, &limit, error);
    place_remove(&store);
    if (status != STATUS_OK)
        return status;
    samples_add(&out->full, limit.bytes / 1e6 / seconds);
    samples_add(&out->limit, limit.bytes / 1e6 / limit.seconds);
    samples_add(&out->full_events, events / seconds);
    return STATUS_OK;
}

/* Whole, some times, and whole once more, to which the rest is added. */
static enum status
measure_all(struct bench *bench, const struct place *home, struct figures *out, struct error *error)
{
    enum { RUNS = 3 };
    uint64_t events = (uint64_t)bench->options->events;
    uint64_t most = events / 10 * 9;
    struct place store;
    double seconds = 0;
    enum status status = place_make_empty(bench->place, "backup", &store, error);

    if (status == STATUS_OK)
        status = grow(bench, home, most, error);
    if (status == STATUS_OK)
        status = recovery_sign(bench, home, error);
    for (int i = 0; status == STATUS_OK && i < RUNS; i++)
        status = run_full(bench, home, out, error);
    if (status == STATUS_OK)
        status = recovery_back_up(bench, home, &store, &seconds, error);
    if (status == STATUS_OK)
        status = grow(bench, home, events, error);
    if (status == STATUS_OK)
        status = recovery_sign(bench, home, error);
    if (status == STATUS_OK)
        status = recovery_back_up(bench, home, &store, &seconds, error);
    if (status == STATUS_OK)
        out->new_events = samples_of((double)(events - most) / seconds);
    place_remove(&store);
    return status;
}

static void add_figures(struct report *report, const struct figures *figures)
{
    report_add_beside(
        report, "full", "MB/s", (struct beside){&figures->full, &figures->limit},
        (struct aim){AIM_RATIO_AT_LEAST, 0.5});
    report_add_beside(
        report, "incremental", "events/s",
        (struct beside){
            &figures->new_events,
            &(struct samples){.values = {samples_median(&figures->full_events)}, .count = 1}},
        (struct aim){AIM_RATIO_AT_LEAST, 0.5});
}

static enum status measure(struct bench *bench, struct error *error)
{
    uint64_t events = (uint64_t)bench->options->events;
    struct figures figures = {.full = {.count = 0}};
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
    .doc = "fleetledger backup of nine tenths of a ledger, then of the rest",
    .limit =
        "of the full one: the command zstd on the same bytes in one file, at the same level, by as many threads; "
        "of the incremental one: the full one",
    .measure = measure,
};
