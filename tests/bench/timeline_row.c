/*
 * The row of the timeline: is a page quick, and does it cost the same however deep it lies? Each single
 * filter, first page and one far down; histograms; an entity as it was; over one connection.
 *
 *   some event of the ledger ─► values of the filters ─► first page ─► cursors ─► deep page
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "core/db/db.h"
#include "tests/bench/evidence_site.h"
#include "tests/bench/rows.h"
#include "tests/e2e/document.h"

#include <stdio.h>

enum {
    PAGE_EVENTS = 50,
    DEEP_PAGES = 1000,
    STRIDE = 1000, /* events of a page on the way down */
    LEAST_REQUESTS = 20,
    PATH_BYTES = 1024,
    SCRATCH_BYTES = 16 << 20,
    SLOWEST_RATIO = 20,
    MOST_STATE_MS = 5
};

/* A filter, its values taken from an event of a type that has them. */
static const struct {
    const char *name;
    const char *type;      /* of the event */
    const char *parameter; /* NULL for none */
    const char *member;    /* of the event; NULL: `value` */
    const char *value;
    const char *more; /* further parameters */
} filters[] = {
    {"no filter", "task.created", NULL, NULL, NULL, ""},
    {"workspace", "task.created", "workspace", "events.0.workspace", NULL, ""},
    {"actor", "task.created", "actor", "events.0.actor.id", NULL, ""},
    {"kind of actor", "task.created", "actorKind", NULL, "user", ""},
    {"entity, a workspace", "task.created", "entity", "events.0.workspace", NULL, ""},
    {"entity, a node", "node.added", "entity", "events.0.stream", NULL, ""},
    {"type", "task.created", "type", NULL, "task.created", ""},
    {"family of types", "task.created", "type", NULL, "node.*", ""},
    {"workspace and type", "task.created", "workspace", "events.0.workspace", NULL,
     "&type=task.created"},
    {"correlation", "task.created", "correlation", "events.0.correlation", NULL, ""},
    {"causation, none", "task.created", "causation", "events.0.eventId", NULL, ""},
    {"origin", "task.created", "origin", NULL, "10.1.0.0", ""},
    {"refused", "task.created", "outcome", NULL, "refused", ""},
};

static const struct {
    const char *name;
    const char *filter;
    double most_ms;
} histograms[] = {
    {"histogram of a month, no filter", "", 100},
    {"histogram of a month, a type", "&type=task.created", 1000},
    {"histogram of a month, a family of types", "&type=task.*", 1000},
};

struct stage {
    struct bench *bench;
    struct evidence_site site;
    struct db *db;
    struct series row_times; /* of the limit, µs; sorted */
};

static enum status
fetch(struct stage *stage, const struct buf *path, struct text *out, struct error *error)
{
    return site_ask(
        &stage->site.site, &(struct site_request){.method = "GET", .path = buf_text(path)}, 200,
        out, error);
}

/* What is done over and over; µs. */
struct timing {
    struct stage *stage;
    enum status (*once)(struct stage *stage, const struct buf *path, struct error *error);
    const struct buf *path;
};

static enum status fetch_once(struct stage *stage, const struct buf *path, struct error *error)
{
    struct text ignored;

    return fetch(stage, path, &ignored, error);
}

static enum status time_it(const struct timing *timing, struct series *out, struct error *error)
{
    const struct options *options = timing->stage->bench->options;
    double seconds = options->seconds * (double)options->runs;
    enum status status = timing->once(timing->stage, timing->path, error); /* warms up */
    int64_t until_us = monotonic_us() + (int64_t)(seconds * US_PER_S);

    while (status == STATUS_OK && (out->count < LEAST_REQUESTS || monotonic_us() < until_us)) {
        int64_t began_us = monotonic_us();
        status = timing->once(timing->stage, timing->path, error);
        series_add(out, (uint32_t)(monotonic_us() - began_us));
    }
    series_sort(out);
    return status;
}

static struct samples share_of(const struct series *times, double share)
{
    return samples_of(series_at(times, share) / 1000.0);
}

static void
add_figures(struct stage *stage, const struct series *times, struct aim aim_p50, struct aim aim_p99)
{
    struct report *report = stage->bench->report;
    const struct samples ours[] = {share_of(times, 0.5), share_of(times, 0.99)};
    const struct samples limits[] = {
        share_of(&stage->row_times, 0.5), share_of(&stage->row_times, 0.99)};

    report_add_beside(report, "p50", "ms", (struct beside){&ours[0], &limits[0]}, aim_p50);
    report_add_beside(report, "p99", "ms", (struct beside){&ours[1], &limits[1]}, aim_p99);
}

static enum status measure_page(struct stage *stage, const struct buf *path, struct error *error)
{
    static const struct aim aim = {AIM_RATIO_AT_MOST, SLOWEST_RATIO};
    struct series times = {.count = 0};
    enum status status = time_it(&(struct timing){stage, fetch_once, path}, &times, error);

    if (status == STATUS_OK)
        add_figures(stage, &times, aim, aim);
    series_free(&times);
    return status;
}

static void write_path(struct buf *out, const char *question, int limit, struct text after)
{
    buf_clear(out);
    buf_printf(out, "/api/v1/timeline?%s&limit=%d", question, limit);
    if (text_is_present(after))
        buf_printf(out, "&after=%.*s", TEXT_ARGS(after));
}

/* By large pages, as far as the list goes: to its last page at least. */
static enum status go_down(
    struct stage *stage,
    const char *question,
    struct buf *path,
    int *out_pages,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(SCRATCH_BYTES);
    AUTO_BUF way = {0};
    struct text after = {NULL, 0};
    enum status status = STATUS_OK;
    int events = 0;

    buf_init(&way, PATH_BYTES);
    while (status == STATUS_OK && events < DEEP_PAGES * PAGE_EVENTS) {
        struct text body = {NULL, 0};
        write_path(&way, question, STRIDE, after);
        status = fetch(stage, &way, &body, error);
        if (status == STATUS_OK && document_count(body, "events") < STRIDE)
            break;
        arena_reset(arena);
        if (status == STATUS_OK)
            after = document_at(arena, body, "next");
        events += STRIDE;
        write_path(path, question, PAGE_EVENTS, after);
    }
    *out_pages = events / PAGE_EVENTS;
    return status;
}

static enum status
measure_question(struct stage *stage, const char *name, const char *question, struct error *error)
{
    AUTO_BUF path = {0};
    int pages = 0;
    enum status status;

    buf_init(&path, PATH_BYTES);
    write_path(&path, question, PAGE_EVENTS, (struct text){NULL, 0});
    report_begin_subject(stage->bench->report, "%s, first page", name);
    status = measure_page(stage, &path, error);
    if (status == STATUS_OK)
        status = go_down(stage, question, &path, &pages, error);
    if (status != STATUS_OK || pages == 0)
        return status;
    report_begin_subject(stage->bench->report, "%s, page %d", name, pages);
    return measure_page(stage, &path, error);
}

/* The value that the filter's event has. */
static enum status find_value(
    struct stage *stage, size_t filter, struct arena *arena, struct text *out, struct error *error)
{
    AUTO_BUF path = {0};
    struct text body = {NULL, 0};
    enum status status;

    *out = filters[filter].value == NULL ? text_lit("") : text_from(filters[filter].value);
    if (filters[filter].member == NULL)
        return STATUS_OK;
    buf_init(&path, PATH_BYTES);
    buf_printf(&path, "/api/v1/timeline?order=oldest&limit=1&type=%s", filters[filter].type);
    status = fetch(stage, &path, &body, error);
    if (status == STATUS_OK)
        *out = document_at(arena, body, filters[filter].member);
    if (status == STATUS_OK && !text_is_present(*out))
        return error_set(
            error, STATUS_NOT_FOUND, "there is no event with %s", filters[filter].member);
    return status;
}

static enum status measure_filter(struct stage *stage, size_t filter, struct error *error)
{
    AUTO_ARENA arena = arena_new(SCRATCH_BYTES);
    struct text value;
    const char *question = "order=newest";
    enum status status = find_value(stage, filter, arena, &value, error);

    if (status == STATUS_OK && filters[filter].parameter != NULL)
        question = text_format(
                       arena, "%s=%.*s%s", filters[filter].parameter, TEXT_ARGS(value),
                       filters[filter].more)
                       .data;
    if (status == STATUS_OK)
        status = measure_question(stage, filters[filter].name, question, error);
    return status;
}

static enum status measure_histogram(struct stage *stage, size_t histogram, struct error *error)
{
    const struct aim aim = {AIM_VALUE_AT_MOST, histograms[histogram].most_ms};
    struct series times = {.count = 0};
    AUTO_BUF path = {0};
    enum status status;

    buf_init(&path, PATH_BYTES);
    buf_printf(
        &path, "/api/v1/timeline/histogram?from=2026-02-01&to=2026-02-28&buckets=200%s",
        histograms[histogram].filter);
    report_begin_subject(stage->bench->report, "%s", histograms[histogram].name);
    status = time_it(&(struct timing){stage, fetch_once, &path}, &times, error);
    if (status == STATUS_OK)
        add_figures(stage, &times, aim, aim);
    series_free(&times);
    return status;
}

/* A node, and the position up to which STRIDE events at most have changed it. */
static enum status find_moment(
    struct stage *stage,
    struct arena *arena,
    struct text *out_node,
    struct text *out_position,
    size_t *out_events,
    struct error *error)
{
    AUTO_BUF path = {0};
    struct text body = {NULL, 0};
    enum status status;

    buf_init(&path, PATH_BYTES);
    buf_add_c(&path, "/api/v1/timeline?order=oldest&limit=1&type=node.added");
    status = fetch(stage, &path, &body, error);
    if (status != STATUS_OK)
        return status;
    *out_node = document_at(arena, body, "events.0.stream");
    buf_clear(&path);
    buf_printf(&path, "/api/v1/entities/node/%.*s/explain?limit=%d", TEXT_ARGS(*out_node), STRIDE);
    status = fetch(stage, &path, &body, error);
    if (status != STATUS_OK)
        return status;
    *out_events = (size_t)document_count(body, "steps");
    *out_position = document_at(
        arena, body, text_format(arena, "steps.%zu.event.position", *out_events - 1).data);
    return STATUS_OK;
}

static enum status measure_state(struct stage *stage, struct error *error)
{
    static const struct aim aim = {AIM_VALUE_AT_MOST, MOST_STATE_MS};
    AUTO_ARENA arena = arena_new(SCRATCH_BYTES);
    AUTO_BUF path = {0};
    struct series times = {.count = 0};
    struct text node = {NULL, 0};
    struct text position = {NULL, 0};
    size_t events = 0;
    enum status status = find_moment(stage, arena, &node, &position, &events, error);

    if (status != STATUS_OK)
        return status;
    buf_init(&path, PATH_BYTES);
    buf_printf(
        &path, "/api/v1/entities/node/%.*s/state?at=%.*s", TEXT_ARGS(node), TEXT_ARGS(position));
    report_begin_subject(stage->bench->report, "state of a node behind %zu events", events);
    status = time_it(&(struct timing){stage, fetch_once, &path}, &times, error);
    if (status == STATUS_OK)
        add_figures(stage, &times, aim, aim);
    series_free(&times);
    return status;
}

/* The limit: a row by its primary key. */

struct row_key {
    struct uuid id;
};
static const struct field row_key_fields[] = {
    {UUID(row_key, id), .flags = REQUIRED, .doc = "Id of the row."},
};
static const struct shape row_key_shape = SHAPE(row_key, "Which row.");

struct found_row {
    struct uuid id;
    struct text name;
};
static const struct field found_row_fields[] = {
    {UUID(found_row, id), .doc = "Id of the row."},
    {TEXT(found_row, name), .doc = "Its name."},
};
static const struct shape found_row_shape = SHAPE(found_row, "A row.");

static const struct sql one_row = {
    .name = "bench_one_row",
    .text = "select id, name from nodes where id = :id",
    .params = &row_key_shape,
    .row = &found_row_shape,
};

static enum status read_row(struct stage *stage, const struct buf *id, struct error *error)
{
    AUTO_ARENA arena = arena_new(SCRATCH_BYTES);
    struct row_key key = {.id = UUID_NONE};
    const void *rows = NULL;
    size_t count = 0;
    enum status status = STATUS_OK;

    if (!uuid_parse(buf_text(id), &key.id))
        return error_set(error, STATUS_INVALID, "a node has no id");
    status = db_query(stage->db, &one_row, &key, arena, &rows, &count, error);
    if (status == STATUS_OK && count != 1)
        return error_set(error, STATUS_NOT_FOUND, "the node is not in the read model");
    return status;
}

static enum status measure_limit(struct stage *stage, struct error *error)
{
    AUTO_ARENA arena = arena_new(SCRATCH_BYTES);
    AUTO_BUF id = {0};
    struct text found = {NULL, 0};
    const char *schema = NULL;
    enum status status = db_open(stage->site.site.conninfo, 10, 0, &stage->db, error);

    buf_init(&id, PATH_BYTES);
    if (status == STATUS_OK)
        status = site_schema(&stage->site.site, &schema, error);
    if (status == STATUS_OK)
        status = db_script(
            stage->db, text_format(arena, "set search_path to %s, public", schema).data, error);
    if (status == STATUS_OK)
        status = db_value(stage->db, arena, "select id from nodes limit 1", &found, error);
    buf_add_text(&id, found);
    if (status == STATUS_OK)
        status = time_it(&(struct timing){stage, read_row, &id}, &stage->row_times, error);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage *stage = arena_one(bench->arena, struct stage);
    enum status status;

    stage->bench = bench;
    status = evidence_site_open(bench, &stage->site, error);
    if (status == STATUS_OK)
        status = conditions_note_postgresql(
            bench->conditions, stage->site.site.conninfo, bench->arena, error);
    if (status == STATUS_OK)
        status = measure_limit(stage, error);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(filters); i++)
        status = measure_filter(stage, i, error);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(histograms); i++)
        status = measure_histogram(stage, i, error);
    if (status == STATUS_OK)
        status = measure_state(stage, error);
    series_free(&stage->row_times);
    db_close(stage->db);
    evidence_site_close(&stage->site);
    return status;
}

const struct row timeline_row = {
    .name = "timeline",
    .doc =
        "pages of 50 of the timeline of a ledger of many events, by each single filter, the first "
        "and the thousandth, or the last; histograms in 200 buckets; a node as it was; over one "
        "connection",
    .limit = "a row of PostgreSQL by its primary key, over a connection of its own",
    .measure = measure,
};
