/*
 * The row of lists: does a page cost the same however many rows there are? Two servers, one with few
 * rows and one with many, are asked for the same pages in turn, over one connection.
 *
 *   OpenAPI ─► lists ─► each without a filter, and with each of its filters ─► first page
 *                                                                        └─► Link … ─► deep page
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/list_routes.h"
#include "tests/bench/list_rows.h"
#include "tests/bench/processes.h"
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"
#include "tests/e2e/document.h"

enum {
    FEW_ROWS = 10000,
    PAGE_ROWS = 50,
    PAGES_DOWN = 50,
    REQUESTS = 20, /* of one measurement, at most */
    PATH_BYTES = 2048,
    SUBJECT_BYTES = 120
};

/* One of the two servers. */
struct full_site {
    struct place home;
    struct site site;
    struct text workspace; /* of half of its rows */
    struct text middle;    /* of its rows, in time */
};

struct stage {
    struct bench *bench;
    struct full_site few;
    struct full_site many;
    struct list_routes routes;
};

/* What is put in for a parameter that is neither enumerated nor a boolean. NULL: it is no filter. */
static const struct {
    const char *name;
    const char *value;
} values[] = {
    {"limit", NULL},
    {"offset", NULL},
    {"after", NULL},
    {"id", LIST_ROWS_TASK},
    {"nodeId", LIST_ROWS_NODE},
    {"teamId", LIST_ROWS_TEAM},
    {"search", LIST_ROWS_SEARCH},
    {"type", "node.offline"},
    {"actor", "person.8@"},
    {"action", "task.created"},
    {"targetType", "task"},
    {"selector", "env=prod"},
    {"rollingRunId", LIST_ROWS_TEAM},
};

static bool known_value(struct text name, struct text *out)
{
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        if (!text_is(name, values[i].name))
            continue;
        *out = text_from(values[i].value);
        return true;
    }
    return false;
}

/* False when nothing is known of the parameter. */
static bool value_of(const struct full_site *full, struct text name, struct text *out)
{
    if (text_is(name, "workspaceId"))
        *out = full->workspace;
    else if (text_is(name, "from") || text_is(name, "to"))
        *out = full->middle;
    else
        return known_value(name, out);
    return true;
}

/* A question to both servers: a list, and at most one filter. */
struct question {
    const struct list_route *route;
    const struct list_parameter *filter; /* NULL for none */
    struct text value;                   /* of the filter; absent: each server's own */
};

static void add_path(const struct full_site *full, struct text path, struct buf *out)
{
    while (path.size > 0) {
        struct text name;
        struct text value = {NULL, 0};

        buf_add_text(out, text_cut(&path, '{'));
        name = text_cut(&path, '}');
        if (name.size > 0 && value_of(full, name, &value))
            buf_add_text(out, value);
    }
}

static void
first_page(const struct full_site *full, const struct question *question, struct buf *out)
{
    struct text value = question->value;

    buf_clear(out);
    add_path(full, question->route->path, out);
    buf_printf(out, "?limit=%d", PAGE_ROWS);
    if (question->filter == NULL)
        return;
    if (!text_is_present(value) && !value_of(full, question->filter->name, &value))
        return;
    buf_printf(out, "&%.*s=%.*s", TEXT_ARGS(question->filter->name), TEXT_ARGS(value));
}

static enum status
fetch(struct full_site *full, const struct buf *path, struct http_answer *out, struct error *error)
{
    return site_fetch(
        &full->site, &(struct site_request){.method = "GET", .path = buf_text(path)}, 200, out,
        error);
}

/* Puts the path of the next page in; false when there is none. */
static bool next_page(const struct http_answer *answer, struct buf *path)
{
    struct text link = http_answer_header(answer, "Link");

    if (!text_is_present(link) || !text_contains(link, text_lit("rel=\"next\"")))
        return false;
    text_cut(&link, '<');
    buf_clear(path);
    buf_add_text(path, text_cut(&link, '>'));
    return true;
}

static bool is_full(const struct http_answer *answer)
{
    return document_count(answer->body, "") >= PAGE_ROWS;
}

/* From the first page by its links; by offset where a server gives no links. *out_is_deep is false
 * where there is no way down: the first page is the last one too. */
static enum status go_down(
    struct full_site *full,
    const struct list_route *route,
    struct buf *path,
    bool *out_is_deep,
    struct error *error)
{
    enum status status = STATUS_OK;
    bool goes_on = true;
    bool has_more = false;
    int pages = 0;

    while (status == STATUS_OK && goes_on && pages < PAGES_DOWN) {
        struct http_answer answer;
        status = fetch(full, path, &answer, error);
        has_more = status == STATUS_OK && (pages > 0 || is_full(&answer));
        goes_on = has_more && next_page(&answer, path);
        pages += goes_on;
    }
    *out_is_deep = pages > 0;
    if (pages == 0 && has_more && list_route_parameter(route, "offset") != NULL) {
        buf_printf(path, "&offset=%d", PAGES_DOWN * PAGE_ROWS);
        *out_is_deep = true;
    }
    return status;
}

struct page_samples {
    struct samples few_ms;
    struct samples many_ms;
    struct samples many_postgres_us;
};

/* The median of some requests, after one that warms up. */
static enum status time_page(
    struct stage *stage,
    struct full_site *full,
    const struct buf *path,
    double *out_ms,
    double *out_postgres_us,
    struct error *error)
{
    struct series times = {.count = 0};
    struct http_answer answer;
    enum status status = fetch(full, path, &answer, error);
    double postgres_us = processes_family_us(full->site.postgres);
    int64_t until_us = monotonic_us() + (int64_t)(stage->bench->options->seconds * US_PER_S);

    do {
        int64_t began_us = monotonic_us();
        if (status == STATUS_OK)
            status = fetch(full, path, &answer, error);
        series_add(&times, (uint32_t)(monotonic_us() - began_us));
    } while (status == STATUS_OK && times.count < REQUESTS && monotonic_us() < until_us);
    series_sort(&times);
    *out_ms = series_at(&times, 0.5) / 1000.0;
    *out_postgres_us =
        (processes_family_us(full->site.postgres) - postgres_us) / (double)times.count;
    series_free(&times);
    return status;
}

static enum status time_pages(
    struct stage *stage,
    const struct buf *few_path,
    const struct buf *many_path,
    struct page_samples *out,
    struct error *error)
{
    enum status status = STATUS_OK;

    for (int64_t i = 0; status == STATUS_OK && i < stage->bench->options->runs; i++) {
        double few_ms = 0;
        double many_ms = 0;
        double postgres_us = 0;
        status = time_page(stage, &stage->few, few_path, &few_ms, &postgres_us, error);
        if (status == STATUS_OK)
            status = time_page(stage, &stage->many, many_path, &many_ms, &postgres_us, error);
        samples_add(&out->few_ms, few_ms);
        samples_add(&out->many_ms, many_ms);
        samples_add(&out->many_postgres_us, postgres_us);
    }
    return status;
}

static void add_figures(
    struct stage *stage,
    const struct question *question,
    const char *page,
    const struct page_samples *samples)
{
    struct report *report = stage->bench->report;
    struct text path = text_slice(question->route->path, sizeof("/api/v1") - 1, SUBJECT_BYTES);

    if (question->filter == NULL)
        report_begin_subject(report, "%.*s, %s page", TEXT_ARGS(path), page);
    else
        report_begin_subject(
            report, "%.*s, %.*s%s%.*s, %s page", TEXT_ARGS(path), TEXT_ARGS(question->filter->name),
            question->value.size > 0 ? "=" : "", TEXT_ARGS(question->value), page);
    report_add_beside(
        report, "p50", "ms", (struct beside){&samples->many_ms, &samples->few_ms},
        (struct aim){AIM_RATIO_AT_MOST, 2});
    report_add(report, "PostgreSQL", "us", &samples->many_postgres_us, (struct aim){AIM_NONE, 0});
}

static enum status
measure_question(struct stage *stage, const struct question *question, struct error *error)
{
    AUTO_BUF few = {0};
    AUTO_BUF many = {0};
    struct page_samples first = {.few_ms = {.count = 0}};
    struct page_samples deep = {.few_ms = {.count = 0}};
    bool is_deep = false;
    enum status status;

    buf_init(&few, PATH_BYTES);
    buf_init(&many, PATH_BYTES);
    first_page(&stage->few, question, &few);
    first_page(&stage->many, question, &many);
    status = time_pages(stage, &few, &many, &first, error);
    if (status == STATUS_OK)
        add_figures(stage, question, "first", &first);
    if (status == STATUS_OK)
        status = go_down(&stage->few, question->route, &few, &is_deep, error);
    if (status == STATUS_OK && is_deep)
        status = go_down(&stage->many, question->route, &many, &is_deep, error);
    if (status == STATUS_OK && is_deep) {
        status = time_pages(stage, &few, &many, &deep, error);
        if (status == STATUS_OK)
            add_figures(stage, question, "deep", &deep);
    }
    return status;
}

/* A filter with its values: the first and the last of those that are enumerated. */
static enum status measure_filter(
    struct stage *stage,
    const struct list_route *route,
    const struct list_parameter *filter,
    struct error *error)
{
    struct question question = {.route = route, .filter = filter, .value = filter->first};
    struct text own = {NULL, 0};
    enum status status;

    if (filter->is_boolean)
        question.value = text_lit("true");
    if (!text_is_present(question.value)) {
        if (!value_of(&stage->many, filter->name, &own))
            return error_set(
                error, STATUS_INVALID, "%.*s: no value is known for \"%.*s\"",
                TEXT_ARGS(route->path), TEXT_ARGS(filter->name));
        if (!text_is_present(own))
            return STATUS_OK;
    }
    status = measure_question(stage, &question, error);
    if (status != STATUS_OK || !text_is_present(filter->last))
        return status;
    question.value = filter->last;
    return measure_question(stage, &question, error);
}

/* Lists whose tables were not filled have nothing to compare. */
static bool is_filled(struct stage *stage, const struct question *question)
{
    AUTO_BUF path = {0};
    struct http_answer answer;
    struct error ignored;

    buf_init(&path, PATH_BYTES);
    first_page(&stage->many, question, &path);
    return fetch(&stage->many, &path, &answer, &ignored) == STATUS_OK && is_full(&answer);
}

static enum status
measure_list(struct stage *stage, const struct list_route *route, struct error *error)
{
    const struct question all = {.route = route};
    enum status status;

    if (!is_filled(stage, &all))
        return STATUS_OK;
    status = measure_question(stage, &all, error);
    for (size_t i = 0; status == STATUS_OK && i < route->parameter_count; i++) {
        if (!route->parameters[i].is_in_path)
            status = measure_filter(stage, route, &route->parameters[i], error);
    }
    return status;
}

static enum status open_site(
    struct bench *bench, const char *name, int64_t rows, struct full_site *out, struct error *error)
{
    struct workload workload;
    char middle[TIMESTAMP_TEXT_SIZE];
    const struct site_order order = {.program = bench->options->server, .home = &out->home};
    enum status status = place_make_empty(bench->place, name, &out->home, error);

    if (status == STATUS_OK)
        status = site_start(&out->site, &order, bench->arena, error);
    if (status == STATUS_OK)
        status = site_sign_in(&out->site, error);
    if (status == STATUS_OK)
        status = workload_make(&workload, &out->site, 1, error);
    if (status != STATUS_OK)
        return status;
    out->workspace = workload.workspace;
    timestamp_print(timestamp_plus_us(timestamp_now(), -rows / 2 * US_PER_S), middle);
    out->middle = text_copy(bench->arena, text_from(middle));
    return list_rows_fill(
        &(struct list_rows){.site = &out->site, .workspace = out->workspace, .count = rows}, error);
}

static enum status open_stage(struct stage *stage, struct error *error)
{
    struct bench *bench = stage->bench;
    int64_t rows = bench->options->rows;
    int64_t few = rows < FEW_ROWS ? rows / 2 : FEW_ROWS;
    struct text document = {NULL, 0};
    enum status status = open_site(bench, "site-few", few, &stage->few, error);

    if (status == STATUS_OK)
        status = open_site(bench, "site-many", rows, &stage->many, error);
    if (status == STATUS_OK)
        status = site_ask(
            &stage->few.site,
            &(struct site_request){.method = "GET", .path = text_lit("/api/v1/docs-json")}, 200,
            &document, error);
    if (status == STATUS_OK)
        status = list_routes_read(document, bench->arena, &stage->routes, error);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage *stage = arena_one(bench->arena, struct stage);
    enum status status;

    stage->bench = bench;
    status = open_stage(stage, error);
    for (size_t i = 0; status == STATUS_OK && i < stage->routes.count; i++)
        status = measure_list(stage, &stage->routes.items[i], error);
    site_stop(&stage->few.site);
    site_stop(&stage->many.site);
    place_remove(&stage->few.home);
    place_remove(&stage->many.home);
    return status;
}

const struct row lists_row = {
    .name = "lists",
    .doc = "every list of the API on very many rows (--rows), without a filter and with each of "
           "them, first page and one far down; over one connection",
    .limit = "the same pages on 10,000 rows",
    .measure = measure,
};
