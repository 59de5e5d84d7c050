/*
 * The row of sign-ins and of what it costs to know a caller.
 *
 *   sign-ins over HTTP       beside   bare Argon2id, a thread a processor
 *   a caller that is known   beside   the same request of nobody: processor time of the server
 *   one that the writer is asked about
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/random.h"
#include "core/base/timestamp.h"
#include "core/crypto/crypto.h"
#include "core/run/thread.h"
#include "tests/bench/contender.h"
#include "tests/bench/rows.h"

#include <stdatomic.h>
#include <stdio.h>

enum { SIGN_INS_AT_ONCE = 16, CALLS_AT_ONCE = 16, MOST_THREADS = 64, LONGEST_PATH = 160 };

struct stage {
    struct bench *bench;
    struct served served;
    struct samples sign_ins; /* a second */
    struct samples hashes;   /* the same */
    struct contender nobody;
    struct contender known;
    struct contender asked;
};

static bool sign_in(struct turn *turn, struct buf *out)
{
    (void)turn;
    site_write_request(
        &(struct site_request){
            .method = "POST",
            .path = text_lit("/api/v1/auth/login"),
            .body = text_lit("{\"email\":\"" SITE_ADMIN_EMAIL
                             "\",\"password\":\"" SITE_ADMIN_PASSWORD "\"}")},
        out);
    return true;
}

/* What a loop remembers is of a caller in a workspace: one that nobody has named yet is asked about. */
static bool call_in(const struct turn *turn, struct uuid workspace, struct buf *out)
{
    char id[UUID_TEXT_SIZE];
    char path[LONGEST_PATH];

    uuid_print(workspace, id);
    snprintf(path, sizeof(path), "/api/v1/workspaces/%s/nodes/%s/log-presets", id, id);
    site_write_request(
        &(struct site_request){
            .method = "GET", .path = text_from(path), .headers = turn->workload->site->admin},
        out);
    return true;
}

static bool call_as_known(struct turn *turn, struct buf *out)
{
    return call_in(turn, (struct uuid){{[6] = 0x70, [8] = 0x80}}, out);
}

static bool call_as_asked(struct turn *turn, struct buf *out)
{
    return call_in(turn, uuid_new(), out);
}

static const struct operation signing_in = {.name = "sign in", .status = 200, .request = sign_in};
static const struct operation as_known = {
    .name = "a caller that is known", .status = 404, .request = call_as_known};
static const struct operation as_asked = {
    .name = "one that is asked about", .status = 404, .request = call_as_asked};

struct hashing {
    struct text phc;
    atomic_bool is_over;
    atomic_uint_fast64_t count;
    atomic_bool has_failed;
};

static void hash_on(void *context)
{
    struct hashing *hashing = context;
    struct error error;
    bool fits = true;

    while (!atomic_load(&hashing->is_over)) {
        if (password_check(hashing->phc, text_lit(SITE_ADMIN_PASSWORD), &fits, &error) !=
                STATUS_OK ||
            !fits)
            atomic_store(&hashing->has_failed, true);
        atomic_fetch_add(&hashing->count, 1);
    }
}

static enum status measure_hashes(struct stage *stage, double seconds, struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct hashing hashing = {.phc = password_hash(arena, text_lit(SITE_ADMIN_PASSWORD))};
    struct thread *threads[MOST_THREADS];
    int64_t cores = conditions_of(stage->bench->place->path, stage->bench->arena).cores;
    int64_t began_us = monotonic_us();

    if (cores > MOST_THREADS)
        cores = MOST_THREADS;
    for (int64_t i = 0; i < cores; i++)
        threads[i] = thread_start("hasher", hash_on, &hashing);
    thread_pause((int64_t)(seconds * US_PER_S));
    atomic_store(&hashing.is_over, true);
    for (int64_t i = 0; i < cores; i++)
        thread_join(threads[i]);
    samples_add(
        &stage->hashes,
        (double)atomic_load(&hashing.count) * US_PER_S / (double)(monotonic_us() - began_us));
    return atomic_load(&hashing.has_failed)
               ? error_set(error, STATUS_INVALID, "a password does not fit its own hash")
               : STATUS_OK;
}

static enum status measure_sign_ins(struct stage *stage, double seconds, struct error *error)
{
    struct workload_load signing = {.workload = &stage->served.workload, .operation = &signing_in};
    struct load_result result = {.answers = 0};
    struct load *load = NULL;
    enum status status = load_open(&workload_protocol, &signing, SIGN_INS_AT_ONCE, &load, error);

    if (status == STATUS_OK)
        status = load_drive(load, seconds, &result, error);
    load_close(load);
    if (status == STATUS_OK)
        samples_add(&stage->sign_ins, (double)result.answers / result.seconds);
    load_result_free(&result);
    return status;
}

static void
set_up_call(struct stage *stage, const struct operation *operation, struct contender *out)
{
    *out = (struct contender){
        .name = operation->name,
        .protocol = &workload_protocol,
        .operation = operation,
        .served = &stage->served,
        .process = stage->served.site.server,
        .load = {.workload = &stage->served.workload, .operation = operation},
    };
    out->context = &out->load;
}

static enum status measure_in_turn(struct stage *stage, struct error *error)
{
    const struct options *options = stage->bench->options;
    struct contender *const calls[] = {&stage->nobody, &stage->known, &stage->asked};
    enum status status = STATUS_OK;

    set_up_call(stage, &workload_small_answer, &stage->nobody);
    set_up_call(stage, &as_known, &stage->known);
    set_up_call(stage, &as_asked, &stage->asked);
    for (int64_t run = 0; status == STATUS_OK && run < options->runs; run++) {
        status = measure_sign_ins(stage, 4 * options->seconds, error);
        if (status == STATUS_OK)
            status = measure_hashes(stage, 4 * options->seconds, error);
        for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(calls); i++)
            status = contender_run(calls[i], CALLS_AT_ONCE, options->seconds, error);
    }
    return status;
}

static void add_figures(const struct stage *stage)
{
    static const struct aim none = {AIM_NONE, 0};
    struct report *report = stage->bench->report;
    const struct samples *nobody = &stage->nobody.samples.all;

    report_begin_subject(report, "all processors");
    report_add_beside(
        report, "sign-ins", "1/s", (struct beside){&stage->sign_ins, &stage->hashes},
        (struct aim){AIM_RATIO_AT_LEAST, 0.8});
    report_add_beside(
        report, "known caller", "us", (struct beside){&stage->known.samples.all, nobody}, none);
    report_add_beside(
        report, "asked about", "us", (struct beside){&stage->asked.samples.all, nobody}, none);
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage stage = {.bench = bench};
    enum status status = place_make_empty(bench->place, "site", &stage.served.home, error);

    if (status != STATUS_OK)
        return status;
    status = site_start(
        &stage.served.site,
        &(struct site_order){.program = bench->options->server, .home = &stage.served.home},
        bench->arena, error);
    if (status == STATUS_OK)
        status = site_sign_in(&stage.served.site, error);
    if (status == STATUS_OK)
        status = workload_make(&stage.served.workload, &stage.served.site, 1, error);
    if (status == STATUS_OK)
        status = measure_in_turn(&stage, error);
    site_stop(&stage.served.site);
    place_remove(&stage.served.home);
    if (status == STATUS_OK)
        add_figures(&stage);
    return status;
}

const struct row sign_ins_row = {
    .name = "sign-ins",
    .doc =
        "sign-ins with a password, a second, from 16 connections; and processor time of a request whose caller "
        "the loop knows, or has to ask the writer about",
    .limit =
        "bare Argon2id of the same cost, by a thread a processor; a request of nobody that is answered from memory",
    .measure = measure,
};
