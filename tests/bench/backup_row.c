/*
 * The row of backups: of a home that is stopped, whole, and then of what is new.
 *
 *   ledger ─► signed ─► full backup ─► log lines, a tenth more ─► signed ─► incremental
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "tests/bench/history.h"
#include "tests/bench/program.h"
#include "tests/bench/recovery.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_RANGES = 512, PATIENCE_S = 1800 };

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
    struct place store;
    struct limit limit = {.bytes = 0};
    struct recovery_backup backup = {.events = 0};
    enum status status = place_make_empty(bench->place, "backup-full", &store, error);

    if (status == STATUS_OK)
        status = recovery_back_up(bench, home, &store, &backup, error);
    if (status == STATUS_OK)
        status = measure_limit(bench, &store, &limit, error);
    place_remove(&store);
    if (status != STATUS_OK)
        return status;
    samples_add(&out->full, limit.bytes / 1e6 / backup.seconds);
    samples_add(&out->limit, limit.bytes / 1e6 / limit.seconds);
    samples_add(&out->full_events, backup.events / backup.seconds);
    return STATUS_OK;
}

/* What is recorded after a full backup is added to it. */
static enum status
run_incremental(struct bench *bench, const struct place *home, struct figures *out, struct error *e)
{
    struct place store;
    struct recovery_backup backup = {.events = 0};
    enum status status = place_make_empty(bench->place, "backup", &store, e);

    if (status == STATUS_OK)
        status = recovery_back_up(bench, home, &store, &backup, e);
    if (status == STATUS_OK)
        status = recovery_sign(bench, home, bench->options->events / 10, e);
    if (status == STATUS_OK)
        status = recovery_back_up(bench, home, &store, &backup, e);
    place_remove(&store);
    if (status == STATUS_OK)
        out->new_events = samples_of(backup.events / backup.seconds);
    return status;
}

static enum status
measure_all(struct bench *bench, const struct place *home, struct figures *out, struct error *error)
{
    enum { RUNS = 3 };
    enum status status = recovery_sign(bench, home, 0, error);

    for (int i = 0; status == STATUS_OK && i < RUNS; i++)
        status = run_full(bench, home, out, error);
    return status == STATUS_OK ? run_incremental(bench, home, out, error) : status;
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
    status = history_copy(bench->place, events, &home, error);
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
    .doc = "fleetledger backup of a ledger, then of log lines, a tenth more",
    .limit =
        "of the full one: the command zstd on the same bytes in one file, at the same level, by as many threads; "
        "of the incremental one: the full one",
    .measure = measure,
};
