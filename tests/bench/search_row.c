/*
 * The row of search: how long does the first page take among very many rows, whatever is looked for? Beside the quickest
 * question that there is: one task by its id, over the same connection.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/list_rows.h"
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"

enum { LEAST_REQUESTS = 20, PATH_BYTES = 512, SLOWEST_RATIO = 20 };

/* What is looked for. */
static const struct {
    const char *name;
    const char *text;
} questions[] = {
    {"the name of few nodes", LIST_ROWS_SEARCH},
    {"one node", "host-4242."},
    {"the command of many tasks", "restart"},
    {"the command of few tasks", "application-004d.service"},
    {"a status, the rarest", "cancelled"},
    {"nothing that is there", "nowhere"},
    {"two letters", "zq"},
};

struct stage {
    struct bench *bench;
    struct place home;
    struct site site;
    struct text workspace;  /* of half of its rows */
    struct series point_us; /* sorted */
};

static enum status ask_for(struct stage *stage, const struct buf *path, struct error *error)
{
    struct text ignored;

    return site_ask(
        &stage->site, &(struct site_request){.method = "GET", .path = buf_text(path)}, 200,
        &ignored, error);
}

/* The first ones warm up: PostgreSQL plans without the values from the sixth on. */
static enum status
time_it(struct stage *stage, const struct buf *path, struct series *out, struct error *error)
{
    const struct options *options = stage->bench->options;
    double seconds = options->seconds * (double)options->runs;
    enum status status = STATUS_OK;
    int64_t until_us;

    for (int i = 0; status == STATUS_OK && i < LEAST_REQUESTS; i++)
        status = ask_for(stage, path, error);
    until_us = monotonic_us() + (int64_t)(seconds * US_PER_S);
    while (status == STATUS_OK && (out->count < LEAST_REQUESTS || monotonic_us() < until_us)) {
        int64_t began_us = monotonic_us();
        status = ask_for(stage, path, error);
        series_add(out, (uint32_t)(monotonic_us() - began_us));
    }
    series_sort(out);
    return status;
}

static void
add_figure(struct stage *stage, const char *name, double share, const struct series *times)
{
    const struct samples ours = samples_of(series_at(times, share) / 1000.0);
    const struct samples limit = samples_of(series_at(&stage->point_us, share) / 1000.0);

    report_add_beside(
        stage->bench->report, name, "ms", (struct beside){&ours, &limit},
        (struct aim){AIM_RATIO_AT_MOST, SLOWEST_RATIO});
}

static enum status measure_question(struct stage *stage, size_t question, struct error *error)
{
    struct series times = {.count = 0};
    AUTO_BUF path = {0};
    enum status status;

    buf_init(&path, PATH_BYTES);
    buf_printf(
        &path, "/api/v1/workspaces/%.*s/search?q=%s", TEXT_ARGS(stage->workspace),
        questions[question].text);
    report_begin_subject(stage->bench->report, "%s", questions[question].name);
    status = time_it(stage, &path, &times, error);
    if (status == STATUS_OK) {
        add_figure(stage, "p50", 0.5, &times);
        add_figure(stage, "p99", 0.99, &times);
    }
    series_free(&times);
    return status;
}

static enum status measure_point(struct stage *stage, struct error *error)
{
    AUTO_BUF path = {0};

    buf_init(&path, PATH_BYTES);
    buf_add_c(&path, "/api/v1/tasks/" LIST_ROWS_TASK);
    return time_it(stage, &path, &stage->point_us, error);
}

static enum status open_site(struct stage *stage, struct error *error)
{
    struct bench *bench = stage->bench;
    const struct site_order order = {.program = bench->options->server, .home = &stage->home};
    struct workload workload;
    enum status status = place_make_empty(bench->place, "site-search", &stage->home, error);

    if (status == STATUS_OK)
        status = site_start(&stage->site, &order, bench->arena, error);
    if (status == STATUS_OK)
        status = site_sign_in(&stage->site, error);
    if (status == STATUS_OK)
        status = workload_make(&workload, &stage->site, 1, error);
    if (status != STATUS_OK)
        return status;
    stage->workspace = workload.workspace;
    return list_rows_fill(
        &(struct list_rows){&stage->site, stage->workspace, bench->options->rows}, error);
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage *stage = arena_one(bench->arena, struct stage);
    enum status status;

    stage->bench = bench;
    status = open_site(stage, error);
    if (status == STATUS_OK)
        status = measure_point(stage, error);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(questions); i++)
        status = measure_question(stage, i, error);
    series_free(&stage->point_us);
    site_stop(&stage->site);
    place_remove(&stage->home);
    return status;
}

const struct row search_row = {
    .name = "search",
    .doc = "the first page of a search of a workspace with half of very many rows (--rows) of "
           "nodes, tasks and events; over one connection",
    .limit = "one task by its id",
    .measure = measure,
};
