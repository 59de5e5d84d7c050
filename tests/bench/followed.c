/*
 * Opening a leader with its follower, and looking how far both are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/followed.h"

#include "core/base/timestamp.h"
#include "tests/bench/program.h"
#include "tests/bench/rows.h"

#include <unistd.h>

enum { CATCH_UP_S = 60 };

/* In what admit-follower printed: the word behind this one; absent without it. */
static struct text key_in(struct text said)
{
    struct text key = {NULL, 0};

    while (said.size > 0 && !text_is_present(key)) {
        struct text line = text_trim(text_cut(&said, '\n'));
        if (text_is(text_cut(&line, ' '), "FLEETLEDGER_FOLLOW_KEY"))
            key = text_trim(line);
    }
    return key;
}

static enum status admit(
    struct bench *bench,
    const struct site_order *leader,
    struct followed *out,
    struct text *out_key,
    struct error *error)
{
    static const char *const arguments[] = {"admit-follower", "second site", NULL};
    enum status status;

    out->admission = text_format(bench->arena, "%s.admission", leader->home->path).data;
    status = site_run(leader, arguments, out->admission, bench->arena, error);
    if (status != STATUS_OK)
        return status;
    *out_key = key_in(program_said(out->admission, bench->arena));
    if (!text_is_present(*out_key))
        return error_set(error, STATUS_INVALID, "%s names no key", out->admission);
    return STATUS_OK;
}

/* The token stands in the first line of what admitting it printed. */
static enum status follow(
    struct bench *bench, const char *name, struct followed *out, struct text key, struct error *e)
{
    struct arena *arena = bench->arena;
    const char *const settings[] = {
        text_format(arena, "FLEETLEDGER_FOLLOW=http://127.0.0.1:%d", out->leader.site.port).data,
        text_format(arena, "FLEETLEDGER_FOLLOW_TOKEN_FILE=%s", out->admission).data,
        text_format(arena, "FLEETLEDGER_FOLLOW_KEY=%.*s", TEXT_ARGS(key)).data, NULL};
    const struct site_order order = {
        .program = bench->options->server, .home = &out->follower_home, .settings = settings};
    enum status status = place_make_empty(
        bench->place, text_format(arena, "%s-follower", name).data, &out->follower_home, e);

    return status == STATUS_OK ? site_start(&out->follower, &order, arena, e) : status;
}

/* A leader that waits for its follower is not ready before it. */
static enum status open_both(
    struct bench *bench,
    const struct followed_order *order,
    struct followed *out,
    struct error *error)
{
    static const char *const waits[] = {
        "ACKNOWLEDGE_AFTER=1", "ACKNOWLEDGE_WITHIN_SECONDS=60", NULL};
    const struct site_order leader = {
        .program = bench->options->server,
        .home = &out->leader.home,
        .settings = order->waits ? waits : NULL};
    struct text key = {NULL, 0};
    enum status status = site_begin(&out->leader.site, &leader, bench->arena, error);

    if (status == STATUS_OK && order->has_follower)
        status = admit(bench, &leader, out, &key, error);
    if (status == STATUS_OK && order->has_follower)
        status = follow(bench, order->name, out, key, error);
    return status == STATUS_OK ? site_await(&out->leader.site, &leader, error) : status;
}

enum status followed_open(
    struct bench *bench,
    const struct followed_order *order,
    struct followed *out,
    struct error *error)
{
    enum status status = place_make_empty(bench->place, order->name, &out->leader.home, error);

    if (status == STATUS_OK)
        status = open_both(bench, order, out, error);
    if (status == STATUS_OK)
        status = site_sign_in(&out->leader.site, error);
    if (status == STATUS_OK)
        status = workload_make(&out->leader.workload, &out->leader.site, order->nodes, error);
    out->follower.admin = out->leader.site.admin;
    return status;
}

static void close_site(struct site *site, const struct place *home)
{
    if (site->arena == NULL)
        return;
    site_stop(site);
    place_remove(home);
}

void followed_close(struct followed *followed)
{
    close_site(&followed->follower, &followed->follower_home);
    close_site(&followed->leader.site, &followed->leader.home);
    if (followed->admission != NULL)
        unlink(followed->admission);
}

struct site *followed_reader(struct followed *followed)
{
    return followed->admission == NULL ? &followed->leader.site : &followed->follower;
}

enum status
followed_look(struct followed *followed, struct followed_sizes *out, struct error *error)
{
    struct site *reader = followed_reader(followed);
    enum status status = site_metric(reader, "projector_size", &out->shown, error);

    if (status == STATUS_OK)
        status = site_metric(reader, "ledger_size", &out->held, error);
    if (status == STATUS_OK)
        status = site_metric(&followed->leader.site, "ledger_size", &out->recorded, error);
    return status;
}

enum status followed_catch_up(struct followed *followed, double *out_ms, struct error *error)
{
    int64_t began_us = monotonic_us();
    struct followed_sizes sizes = {0};
    enum status status = followed_look(followed, &sizes, error);

    while (status == STATUS_OK && sizes.shown < sizes.recorded &&
           monotonic_us() - began_us < CATCH_UP_S * (int64_t)US_PER_S) {
        program_wait_a_little();
        status = followed_look(followed, &sizes, error);
    }
    if (status == STATUS_OK && sizes.shown < sizes.recorded)
        status = error_set(error, STATUS_TIMED_OUT, "what was recorded is not shown in time");
    *out_ms = (double)(monotonic_us() - began_us) / US_PER_MS;
    return status;
}
