/*
 * The row of the way back: fleetledger restore, and the start that makes everything derived again; beside what the
 * drill says of it.
 *
 *   ledger ─► home, signed ─► backup ─► restore ───────► start
 *               │                  └─► drill: how long it would take
 *               └─► its files copied ──────────────────► start     the limit, in turn
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/base/timestamp.h"
#include "tests/bench/history.h"
#include "tests/bench/recovery.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* A sample a run, in seconds; `whole` with the start. */
struct runs {
    struct samples restore;
    struct samples restore_whole;
    struct samples copy;
    struct samples copy_whole;
};

static enum status
run_restore(struct bench *bench, const struct place *store, struct runs *out, struct error *error)
{
    struct place target = place_below(bench->place, "restored");
    const char *from = text_format(bench->arena, "--from=%s", store->path).data;
    const char *to = text_format(bench->arena, "--home=%s", target.path).data;
    const struct recovery_order order = {
        .arguments = (const char *const[]){"restore", "--json", from, to, NULL},
        .members = (const char *const[]){"seconds", NULL}};
    double restored = 0;
    double started = 0;
    enum status status;

    place_remove(&target);
    status = recovery_run(bench, &target, &order, &restored, error);
    if (status == STATUS_OK)
        status = recovery_start(bench, &target, &started, error);
    place_remove(&target);
    if (status != STATUS_OK)
        return status;
    samples_add(&out->restore, restored);
    samples_add(&out->restore_whole, restored + started);
    return STATUS_OK;
}

/* What is not derived. */
static enum status
copy_truth(const struct place *home, const struct place *target, struct error *error)
{
    static const char *const files[] = {"ledger.mdb", "keys.mdb", "checkpoints.mdb"};
    enum status status = STATUS_OK;

    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(files); i++)
        status = place_copy_file(home, target, files[i], error);
    return status;
}

static enum status
run_copy(struct bench *bench, const struct place *home, struct runs *out, struct error *error)
{
    struct place target;
    double copied;
    double started = 0;
    enum status status = place_make_empty(bench->place, "copied", &target, error);
    int64_t began_us = monotonic_us();

    if (status == STATUS_OK)
        status = copy_truth(home, &target, error);
    copied = (double)(monotonic_us() - began_us) / US_PER_S;
    if (status == STATUS_OK)
        status = recovery_start(bench, &target, &started, error);
    place_remove(&target);
    if (status != STATUS_OK)
        return status;
    samples_add(&out->copy, copied);
    samples_add(&out->copy_whole, copied + started);
    return STATUS_OK;
}

static enum status run_drill(
    struct bench *bench,
    const struct place *home,
    const struct place *store,
    struct samples *out,
    struct error *error)
{
    const char *from = text_format(bench->arena, "--from=%s", store->path).data;
    const struct recovery_order order = {
        .arguments = (const char *const[]){"drill", "--json", from, NULL},
        .members = (const char *const[]){"recoverySeconds", NULL}};
    double seconds = 0;
    enum status status = recovery_run(bench, home, &order, &seconds, error);

    *out = samples_of(seconds);
    return status;
}

static void add_figures(struct bench *bench, const struct runs *runs, const struct samples *drill)
{
    static const struct aim none = {AIM_NONE, 0};
    struct report *report = bench->report;
    const struct samples whole = samples_of(samples_median(&runs->restore_whole));

    report_begin_subject(report, "%lld events", (long long)bench->options->events);
    report_add_beside(report, "restore", "s", (struct beside){&runs->restore, &runs->copy}, none);
    report_add_beside(
        report, "with rebuild", "s", (struct beside){&runs->restore_whole, &runs->copy_whole},
        none);
    report_add_beside(report, "drill says", "s", (struct beside){drill, &whole}, none);
}

static enum status measure_home(struct bench *bench, const struct place *home, struct error *error)
{
    int64_t times = bench->options->is_quick ? 1 : 3;
    struct runs runs = {.restore = {.count = 0}};
    struct samples drill = {.count = 0};
    struct place store;
    struct recovery_backup backup;
    enum status status = place_make_empty(bench->place, "backup", &store, error);

    if (status == STATUS_OK)
        status = recovery_sign(bench, home, 0, error);
    if (status == STATUS_OK)
        status = recovery_back_up(bench, home, &store, &backup, error);
    for (int64_t i = 0; status == STATUS_OK && i < times; i++) {
        status = run_restore(bench, &store, &runs, error);
        if (status == STATUS_OK)
            status = run_copy(bench, home, &runs, error);
    }
    if (status == STATUS_OK)
        status = run_drill(bench, home, &store, &drill, error);
    place_remove(&store);
    if (status == STATUS_OK)
        add_figures(bench, &runs, &drill);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct place home;
    enum status status = place_make_empty(bench->place, "site", &home, error);

    if (status != STATUS_OK)
        return status;
    status = history_copy(bench->place, (uint64_t)bench->options->events, &home, error);
    if (status == STATUS_OK)
        status = measure_home(bench, &home, error);
    place_remove(&home);
    return status;
}

const struct row restore_row = {
    .name = "restore",
    .doc =
        "fleetledger restore of a full backup; the same with the start that makes everything derived again; "
        "how long both take, as fleetledger drill says",
    .limit =
        "of restore: a copy of the same files, synced; with rebuild: that copy, and a start on it; of the "
        "drill: what was measured",
    .measure = measure,
};
