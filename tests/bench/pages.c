/*
 * Asking each question as often as time allows, one after the other.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/pages.h"

#include "core/base/timestamp.h"
#include "tests/bench/workload.h"

enum { LEAST_REQUESTS = 20, PATH_BYTES = 512 };

struct stage {
    struct bench *bench;
    const struct pages *pages;
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
        (struct aim){AIM_RATIO_AT_MOST, stage->pages->slowest_ratio});
}

static void add_path(const struct stage *stage, const char *text, struct buf *out)
{
    struct text path = text_from(stage->pages->path);

    buf_add_text(out, text_cut(&path, '$'));
    buf_add_text(out, stage->workspace);
    buf_add_text(out, path);
    buf_add_c(out, text);
}

static enum status
measure_question(struct stage *stage, const struct page_question *question, struct error *error)
{
    struct series times = {.count = 0};
    AUTO_BUF path = {0};
    enum status status;

    buf_init(&path, PATH_BYTES);
    add_path(stage, question->text, &path);
    report_begin_subject(stage->bench->report, "%s", question->name);
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
    buf_add_c(&path, stage->pages->point);
    return time_it(stage, &path, &stage->point_us, error);
}

static enum status open_site(struct stage *stage, struct error *error)
{
    struct bench *bench = stage->bench;
    const struct site_order order = {.program = bench->options->server, .home = &stage->home};
    struct workload workload;
    enum status status = place_make_empty(bench->place, stage->pages->home, &stage->home, error);

    if (status == STATUS_OK)
        status = site_start(&stage->site, &order, bench->arena, error);
    if (status == STATUS_OK)
        status = site_sign_in(&stage->site, error);
    if (status == STATUS_OK)
        status = workload_make(&workload, &stage->site, 1, error);
    if (status != STATUS_OK)
        return status;
    stage->workspace = workload.workspace;
    return stage->pages->fill(
        &(struct list_rows){
            .site = &stage->site, .workspace = stage->workspace, .count = bench->options->rows},
        error);
}

enum status pages_measure(struct bench *bench, const struct pages *pages, struct error *error)
{
    struct stage *stage = arena_one(bench->arena, struct stage);
    enum status status;

    stage->bench = bench;
    stage->pages = pages;
    status = open_site(stage, error);
    if (status == STATUS_OK)
        status = measure_point(stage, error);
    for (size_t i = 0; status == STATUS_OK && i < pages->count; i++)
        status = measure_question(stage, &pages->questions[i], error);
    series_free(&stage->point_us);
    site_stop(&stage->site);
    place_remove(&stage->home);
    return status;
}
