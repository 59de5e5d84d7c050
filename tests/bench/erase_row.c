/*
 * The row of forgetting: one of very many people is erased, over HTTP, until the answer certifies that their
 * keys are gone and overwritten; beside a change of the same person's name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/history.h"
#include "tests/bench/rows.h"
#include "tests/bench/site.h"

enum { PEOPLE = 100000, FEW_PEOPLE = 500, FIRST = 20 };

struct runs {
    struct samples erased; /* ms */
    struct samples gone;   /* the same, until a list shows it */
    struct samples renamed;
};

static enum status
ask(struct site *site,
    const char *method,
    struct text path,
    struct text body,
    struct samples *out_ms,
    struct error *error)
{
    const struct site_request request = {.method = method, .path = path, .body = body};
    int64_t began_us = monotonic_us();
    struct text answer;
    enum status status = site_ask(site, &request, 200, &answer, error);

    samples_add(out_ms, (double)(monotonic_us() - began_us) / 1000);
    return status;
}

static enum status
find_person(struct site *site, int64_t number, struct text *out_id, struct error *error)
{
    const struct site_request request = {
        .method = "GET",
        .path = text_format(
            site->arena, "/api/v1/users?limit=1&offset=%lld", (long long)(FIRST + number))};
    struct text answer;
    enum status status = site_ask(site, &request, 200, &answer, error);

    if (status != STATUS_OK)
        return status;
    *out_id = text_copy(site->arena, http_json_string(answer, "id"));
    return text_is_present(*out_id) ? STATUS_OK
                                    : error_set(error, STATUS_INVALID, "there is no such person");
}

static enum status
run_once(struct site *site, int64_t number, struct runs *runs, struct error *error)
{
    struct samples listed = {.count = 0};
    struct text list = text_lit("/api/v1/users?limit=1");
    struct text reason = text_lit("{\"reason\":\"measured\"}");
    struct text id = {NULL, 0};
    struct text user;
    struct text subject;
    enum status status = find_person(site, number, &id, error);

    if (status != STATUS_OK)
        return status;
    user = text_format(site->arena, "/api/v1/users/%.*s", TEXT_ARGS(id));
    subject = text_format(site->arena, "/api/v1/privacy/subjects/%.*s/erase", TEXT_ARGS(id));
    status = ask(site, "PATCH", user, text_lit("{\"name\":\"Renamed\"}"), &runs->renamed, error);
    if (status == STATUS_OK)
        status = ask(site, "POST", subject, reason, &runs->erased, error);
    if (status == STATUS_OK)
        status = ask(site, "GET", list, (struct text){NULL, 0}, &listed, error);
    if (status == STATUS_OK)
        samples_add(&runs->gone, runs->erased.values[runs->erased.count - 1] + listed.values[0]);
    return status;
}

static enum status
measure_on(struct bench *bench, const struct place *home, struct runs *runs, struct error *error)
{
    struct site site = {.server = 0};
    enum status status = site_start(
        &site, &(struct site_order){.program = bench->options->server, .home = home}, bench->arena,
        error);

    if (status == STATUS_OK)
        status = site_sign_in(&site, error);
    for (int64_t i = 0; status == STATUS_OK && i < bench->options->runs; i++)
        status = run_once(&site, i, runs, error);
    site_stop(&site);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    static const struct aim none = {AIM_NONE, 0};
    uint64_t people = bench->options->is_quick ? FEW_PEOPLE : PEOPLE;
    struct runs runs = {.erased = {.count = 0}};
    struct place home;
    enum status status = place_make_empty(bench->place, "people", &home, error);

    if (status == STATUS_OK)
        status = history_people(&home, people, error);
    if (status == STATUS_OK)
        status = measure_on(bench, &home, &runs, error);
    place_remove(&home);
    if (status != STATUS_OK)
        return status;
    report_begin_subject(bench->report, "erasing one of %llu people", (unsigned long long)people);
    report_add_beside(
        bench->report, "certified", "ms", (struct beside){&runs.erased, &runs.renamed}, none);
    report_add_beside(
        bench->report, "in no list", "ms", (struct beside){&runs.gone, &runs.renamed}, none);
    return STATUS_OK;
}

const struct row erase_row = {
    .name = "erase",
    .doc = "an order to erase somebody, until it is certified, and until no list shows the person",
    .limit = "an order to change the same person's name, until it is shown",
    .measure = measure,
};
