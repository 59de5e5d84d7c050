/*
 * The row of schedules: very many that are due in the same minute, and the same before they are due.
 *
 *   tasks by themselves ─► one each for nodes ─► idle seconds ─► the minute ─► all have run ─► how late each was, by the ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/program.h"
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"

enum { MINUTE_S = 60, LEAD_S = 5, PATIENCE_S = 300, PAGE_EVENTS = 500 };
enum { CONNECTIONS = 64, BODY_BYTES = 64 << 10, BATCH = 100, PATH_BYTES = 300 };
enum { SCRATCH_BYTES = 4 << 20, EVENTS_OF_A_RUN = 2 /* the task, and that the schedule ran */ };

struct stage {
    const struct bench *bench;
    struct site *site;
    struct workload workload;
    struct timestamp due;
    int64_t size;            /* of the ledger before it */
    struct samples idle_us;  /* of a second without schedules */
    struct samples ready_us; /* of a second with all of them */
    struct series late_ms;
    double alone_s; /* as many tasks that people make */
};

static size_t count_of(const struct stage *stage)
{
    return stage->workload.node_count;
}

static enum status measure_idle(struct stage *stage, struct samples *out, struct error *error)
{
    return site_measure_idle(stage->site, 1, stage->bench->options->runs, out, error);
}

/* Each at that minute of every day. */
static enum status
schedule_batch(struct stage *stage, size_t first, size_t count, struct error *error)
{
    const struct workload *workload = &stage->workload;
    int64_t minute = stage->due.us / US_PER_S / MINUTE_S;
    AUTO_BUF path = {0};
    AUTO_BUF body = {0};
    struct text ignored;

    buf_init(&path, PATH_BYTES);
    buf_printf(
        &path, "/api/v1/workspaces/%.*s/scheduled-tasks/batch", TEXT_ARGS(workload->workspace));
    buf_init(&body, BODY_BYTES);
    buf_printf(
        &body,
        "{\"name\":\"uptime\",\"command\":\"uptime\",\"cadence\":\"daily\",\"timezone\":\"UTC\","
        "\"minute\":%lld,\"hour\":%lld,",
        (long long)(minute % 60), (long long)(minute / 60 % 24));
    workload_write_node_ids(workload, first, count, &body);
    buf_add_char(&body, '}');
    return site_ask(
        stage->site,
        &(struct site_request){.method = "POST", .path = buf_text(&path), .body = buf_text(&body)},
        201, &ignored, error);
}

/* The next whole minute that leaves time to make them all, and to look at the idle server. */
static struct timestamp choose_due(const struct stage *stage)
{
    int64_t lead_s = LEAD_S + stage->bench->options->runs + (int64_t)count_of(stage) / (2 * BATCH);
    int64_t from_s = timestamp_now().us / US_PER_S + lead_s;

    return (struct timestamp){(from_s / MINUTE_S + 1) * MINUTE_S * US_PER_S};
}

static enum status make_schedules(struct stage *stage, struct error *error)
{
    enum status status = STATUS_OK;

    stage->due = choose_due(stage);
    for (size_t first = 0; status == STATUS_OK && first < count_of(stage); first += BATCH) {
        size_t left = count_of(stage) - first;
        status = schedule_batch(stage, first, left < BATCH ? left : BATCH, error);
    }
    return status;
}

static enum status await_runs(struct stage *stage, struct error *error)
{
    int64_t wanted = stage->size + EVENTS_OF_A_RUN * (int64_t)count_of(stage);
    int64_t until_us = stage->due.us + PATIENCE_S * US_PER_S;
    int64_t size = 0;
    enum status status = STATUS_OK;

    if (timestamp_now().us >= stage->due.us)
        return error_set(error, STATUS_TIMED_OUT, "the schedules were due before all were made");
    while (status == STATUS_OK && size < wanted && timestamp_now().us < until_us) {
        program_wait_a_little();
        status = site_metric(stage->site, "ledger_size", &size, error);
    }
    if (status == STATUS_OK && size < wanted)
        return error_set(
            error, STATUS_TIMED_OUT, "%lld of %lld events are there",
            (long long)(size - stage->size), (long long)(wanted - stage->size));
    return status;
}

/* How late each event of a page is. */
static enum status note_page(struct stage *stage, struct text page, struct error *error)
{
    struct text recorded = http_json_string(page, "recordedAt");

    while (text_is_present(recorded)) {
        struct timestamp at = {0};
        size_t behind = (size_t)(recorded.data - page.data) + recorded.size;
        if (!timestamp_parse(recorded, &at) || at.us < stage->due.us)
            return error_set(error, STATUS_INVALID, "a schedule ran before it was due");
        series_add(&stage->late_ms, (uint32_t)((at.us - stage->due.us) / US_PER_MS));
        page = text_slice(page, behind, page.size);
        recorded = http_json_string(page, "recordedAt");
    }
    return STATUS_OK;
}

static enum status read_lateness(struct stage *stage, struct error *error)
{
    AUTO_ARENA arena = arena_new(SCRATCH_BYTES);
    struct text after = text_lit("");
    enum status status = STATUS_OK;

    do {
        struct text page = {NULL, 0};
        struct text path = text_format(
            arena, "/api/v1/timeline?type=schedule.ran&order=oldest&limit=%d%s%.*s", PAGE_EVENTS,
            after.size > 0 ? "&after=" : "", TEXT_ARGS(after));
        status = site_ask(
            stage->site, &(struct site_request){.method = "GET", .path = path}, 200, &page, error);
        if (status == STATUS_OK)
            status = note_page(stage, page, error);
        if (status == STATUS_OK)
            after = text_copy(arena, http_json_string(page, "next"));
    } while (status == STATUS_OK && after.size > 0);
    if (status == STATUS_OK && stage->late_ms.count != count_of(stage))
        return error_set(
            error, STATUS_INVALID, "%zu schedules ran, not %zu", stage->late_ms.count,
            count_of(stage));
    return status;
}

/* The same number of tasks, each asked for by somebody. */
static enum status measure_alone(struct stage *stage, struct error *error)
{
    struct workload_load create = {
        .workload = &stage->workload, .operation = workload_operation("create a task")};
    struct load_result result = {.answers = 0};
    struct load *load = NULL;
    enum status status = load_open(&workload_protocol, &create, CONNECTIONS, &load, error);

    if (status == STATUS_OK)
        status = load_drive(load, 4 * stage->bench->options->seconds, &result, error);
    load_close(load);
    if (status == STATUS_OK)
        stage->alone_s = (double)count_of(stage) * result.seconds / (double)result.answers;
    load_result_free(&result);
    return status;
}

static enum status
measure_site(const struct bench *bench, struct site *site, void *context, struct error *error)
{
    struct stage *stage = context;
    enum status status = site_sign_in(site, error);

    stage->site = site;
    if (status == STATUS_OK)
        status = workload_make(&stage->workload, site, (size_t)bench->options->schedules, error);
    if (status == STATUS_OK)
        status = measure_alone(stage, error);
    if (status == STATUS_OK)
        status = measure_idle(stage, &stage->idle_us, error);
    if (status == STATUS_OK)
        status = make_schedules(stage, error);
    if (status == STATUS_OK)
        status = measure_idle(stage, &stage->ready_us, error);
    if (status == STATUS_OK)
        status = site_metric(site, "ledger_size", &stage->size, error);
    if (status == STATUS_OK)
        status = await_runs(stage, error);
    if (status == STATUS_OK)
        status = read_lateness(stage, error);
    return status;
}

static void add_figures(struct stage *stage)
{
    static const struct aim none = {AIM_NONE, 0};
    struct report *report = stage->bench->report;
    struct samples last;
    struct samples most;
    struct samples alone = samples_of(stage->alone_s);

    series_sort(&stage->late_ms);
    last = samples_of(series_at(&stage->late_ms, 1) / 1000.0);
    most = samples_of(series_at(&stage->late_ms, 0.99) / 1000.0);
    report_begin_subject(report, "%zu schedules", count_of(stage));
    report_add_beside(
        report, "a second with none due", "us", (struct beside){&stage->ready_us, &stage->idle_us},
        (struct aim){AIM_RATIO_AT_MOST, 2});
    report_add(report, "late, p99", "s", &most, none);
    report_add_beside(report, "the last task", "s", (struct beside){&last, &alone}, none);
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage stage = {.bench = bench};
    enum status status = site_measure(bench, measure_site, &stage, error);

    if (status == STATUS_OK)
        add_figures(&stage);
    series_free(&stage.late_ms);
    return status;
}

const struct row schedules_row = {
    .name = "schedules",
    .doc =
        "schedules that are due in the same minute, one for each node: from the minute to the last task that can "
        "be claimed, by the ledger's clock; and processor time of the idle server in a second before it",
    .limit =
        "idle: the same server without schedules; the last task: as many tasks, created one by one over 64 "
        "connections",
    .measure = measure,
};
