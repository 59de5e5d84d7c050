/*
 * The row of sessions and tokens: very many of them, of many people, and a thousand of one person's.
 *
 *   a ledger of people, each with a session and an API token ─► home ─► start ─► start again ─► list one person's ─► end them
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/history.h"
#include "tests/bench/rows.h"
#include "tests/bench/site.h"

enum { PEOPLE = 100000, QUICK_PEOPLE = 500, FEW_PEOPLE = 10, STARTS = 2 };

/* Of a home with many people, or with few. */
struct figures {
    struct samples start_s[STARTS]; /* the first, in which everything derived is made, and again */
    struct samples listed_ms;
    struct samples ended_ms;
};

static enum status ask_timed(
    struct site *site,
    const char *method,
    struct text path,
    struct samples *out_ms,
    struct text *out_body,
    struct error *error)
{
    int64_t began_us = monotonic_us();
    enum status status = site_ask(
        site, &(struct site_request){.method = method, .path = path}, 200, out_body, error);

    if (out_ms != NULL)
        samples_add(out_ms, (double)(monotonic_us() - began_us) / US_PER_MS);
    return status;
}

/* All sessions of the newest person, which are a thousand. */
static enum status measure_person(
    const struct bench *bench, struct site *site, struct figures *out, struct error *error)
{
    struct text body = {NULL, 0};
    struct text sessions = {NULL, 0};
    enum status status =
        ask_timed(site, "GET", text_lit("/api/v1/users?limit=1"), NULL, &body, error);

    if (status != STATUS_OK)
        return status;
    sessions = text_format(
        site->arena, "/api/v1/users/%.*s/sessions", TEXT_ARGS(http_json_string(body, "id")));
    for (int64_t i = 0; status == STATUS_OK && i < bench->options->runs; i++)
        status = ask_timed(
            site, "GET", text_format(site->arena, "%.*s?limit=50", TEXT_ARGS(sessions)),
            &out->listed_ms, &body, error);
    if (status == STATUS_OK && !text_is_present(http_json_string(body, "id")))
        status = error_set(error, STATUS_INVALID, "nobody has very many sessions");
    if (status == STATUS_OK)
        status = ask_timed(site, "DELETE", sessions, &out->ended_ms, &body, error);
    if (status == STATUS_OK)
        status = ask_timed(site, "GET", sessions, NULL, &body, error);
    if (status == STATUS_OK && text_is_present(http_json_string(body, "id")))
        status = error_set(error, STATUS_INVALID, "a session that was ended is listed");
    return status;
}

static enum status start(
    struct bench *bench,
    const struct place *home,
    struct site *site,
    struct samples *out_s,
    struct error *error)
{
    int64_t began_us = monotonic_us();
    enum status status = site_start(
        site, &(struct site_order){.program = bench->options->server, .home = home}, bench->arena,
        error);

    samples_add(out_s, (double)(monotonic_us() - began_us) / US_PER_S);
    return status;
}

static enum status
measure_home(struct bench *bench, uint64_t people, struct figures *out, struct error *error)
{
    struct place home;
    enum status status = place_make_empty(bench->place, "sessions", &home, error);

    if (status != STATUS_OK)
        return status;
    status = history_sessions(&home, people, error);
    for (int i = 0; status == STATUS_OK && i < STARTS; i++) {
        struct site site = {.client.fd = -1};
        status = start(bench, &home, &site, &out->start_s[i], error);
        if (status == STATUS_OK && i == STARTS - 1)
            status = site_sign_in(&site, error);
        if (status == STATUS_OK && i == STARTS - 1)
            status = measure_person(bench, &site, out, error);
        site_stop(&site);
    }
    place_remove(&home);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    static const struct aim none = {AIM_NONE, 0};
    uint64_t people = bench->options->is_quick ? QUICK_PEOPLE : PEOPLE;
    struct figures few = {.listed_ms = {.count = 0}};
    struct figures many = {.listed_ms = {.count = 0}};
    struct report *report = bench->report;
    enum status status = measure_home(bench, FEW_PEOPLE, &few, error);

    if (status == STATUS_OK)
        status = measure_home(bench, people, &many, error);
    if (status != STATUS_OK)
        return status;
    report_begin_subject(report, "%llu sessions and tokens", (unsigned long long)people);
    report_add_beside(
        report, "first start", "s", (struct beside){&many.start_s[0], &few.start_s[0]}, none);
    report_add_beside(
        report, "start again", "s", (struct beside){&many.start_s[1], &few.start_s[1]}, none);
    report_add_beside(
        report, "list one's", "ms", (struct beside){&many.listed_ms, &few.listed_ms}, none);
    report_add_beside(
        report, "end one's", "ms", (struct beside){&many.ended_ms, &few.ended_ms}, none);
    return STATUS_OK;
}

const struct row sessions_row = {
    .name = "sessions",
    .doc =
        "100,000 sessions and API tokens of as many people, and 1,000 sessions of one of them: start, list "
        "that one's, end them all",
    .limit = "the same one's, where ten others have a session and a token each",
    .measure = measure,
};
