/*
 * The row of rolling runs: one over many nodes, in waves as large as they may be, whose agents do at once what they are
 * given. Beside as many tasks that are ordered one by one, and done by the same agents.
 *
 *   order ─► made ─► first claim ─► … ─► done: every task is over and shown, and the run says so
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/program.h"
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"

#include <stdio.h>

enum {
    NODES = 10000,
    WAVE = 1000,
    QUICK_NODES = 200,
    QUICK_WAVE = 50,
    AGENTS_AT_ONCE = 64,
    WAIT_S = 60,
    LONGEST_ORDER = 1 << 20,
    LONGEST_BODY = 256
};

/* What is rolled out; the loads' workload, so it is first. */
struct rollout {
    struct workload workload;
    size_t ordered;  /* tasks, of those that are ordered one by one */
    size_t finished; /* tasks */
    int64_t began_us;
    int64_t first_us; /* when the first one was claimed */
};

static struct rollout *rollout_of(const struct turn *turn)
{
    return (struct rollout *)turn->workload;
}

static double ms_since(int64_t began_us, int64_t until_us)
{
    return (double)(until_us - began_us) / US_PER_MS;
}

static void write_post(struct buf *out, struct text headers, const char *path, const char *body)
{
    site_write_request(
        &(struct site_request){"POST", text_from(path), text_from(body), headers}, out);
}

/* The next node's agent claims, starts, completes. One that finds nobody left asks for something until all are done. */
static bool work(struct turn *turn, struct buf *out)
{
    static const char *const steps[] = {
        "claim", "started", "completed"}; /* the first one without a task */
    static const char *const bodies[] = {
        "{\"waitMs\":1000}", "{}", "{\"status\":\"success\",\"output\":\"done\"}"};
    struct rollout *rollout = rollout_of(turn);
    struct workload *workload = turn->workload;
    char path[LONGEST_BODY];

    if (rollout->finished == workload->node_count)
        return false;
    if (turn->claims == 0 && workload->next_node < workload->node_count) {
        turn->node = workload->next_node++;
        turn->claims = 1;
    }
    if (turn->claims == 0) {
        site_write_request(
            &(struct site_request){.method = "GET", .path = text_lit("/health")}, out);
        return true;
    }
    snprintf(
        path, sizeof(path), "/api/v1/agent/tasks/%s%s%s", turn->step == 0 ? "" : turn->task,
        turn->step == 0 ? "" : "/", steps[turn->step]);
    write_post(out, workload->nodes[turn->node].headers, path, bodies[turn->step]);
    return true;
}

static bool go_on(struct turn *turn, struct text body)
{
    struct rollout *rollout = rollout_of(turn);
    struct text id = http_json_string(body, "id");

    if (turn->claims == 0 || (turn->step == 0 && id.size == 0))
        return true;
    if (turn->step == 0) {
        snprintf(turn->task, sizeof(turn->task), "%.*s", TEXT_ARGS(id));
        if (rollout->first_us == 0)
            rollout->first_us = monotonic_us();
    }
    if (turn->step++ < 2)
        return true;
    rollout->finished++;
    turn->step = 0;
    turn->claims = 0;
    return true;
}

static const struct operation working = {
    .name = "work", .status = 200, .request = work, .learn = go_on};

static bool order_next(struct turn *turn, struct buf *out)
{
    struct rollout *rollout = rollout_of(turn);
    const struct workload *workload = turn->workload;
    const struct workload_node *node;
    char path[LONGEST_BODY];
    char body[LONGEST_BODY];

    if (rollout->ordered == workload->node_count)
        return false;
    node = &workload->nodes[rollout->ordered++];
    snprintf(path, sizeof(path), "/api/v1/workspaces/%.*s/tasks", TEXT_ARGS(workload->workspace));
    snprintf(
        body, sizeof(body),
        "{\"nodeId\":\"%.*s\",\"type\":\"shell.exec\",\"payload\":{\"command\":\"uptime\"}}",
        TEXT_ARGS(node->id));
    write_post(out, workload->site->admin, path, body);
    return true;
}

static const struct operation ordering = {
    .name = "order a task", .status = 201, .request = order_next};

static enum status
drive(struct rollout *rollout, const struct operation *operation, struct error *error)
{
    struct workload_load context = {.workload = &rollout->workload, .operation = operation};

    return load_run(&workload_protocol, &context, AGENTS_AT_ONCE, error);
}

static void begin(struct rollout *rollout)
{
    rollout->workload.next_node = 0;
    rollout->ordered = 0;
    rollout->finished = 0;
    rollout->first_us = 0;
    rollout->began_us = monotonic_us();
}

static enum status
order_run(struct rollout *rollout, int wave, struct text *out_path, struct error *error)
{
    const struct workload *workload = &rollout->workload;
    struct arena *arena = workload->site->arena;
    struct text runs =
        text_format(arena, "/api/v1/workspaces/%.*s/rolling-runs", TEXT_ARGS(workload->workspace));
    AUTO_BUF order = {0};
    struct text body = {NULL, 0};
    enum status status;

    buf_init(&order, LONGEST_ORDER);
    buf_printf(
        &order,
        "{\"name\":\"bench\",\"type\":\"shell.exec\",\"payload\":{\"command\":\"uptime\"},"
        "\"waveSize\":%d,",
        wave);
    workload_write_node_ids(workload, 0, workload->node_count, &order);
    buf_add_char(&order, '}');
    status = site_ask(
        workload->site,
        &(struct site_request){.method = "POST", .path = runs, .body = buf_text(&order)}, 201,
        &body, error);
    if (status == STATUS_OK)
        *out_path = text_format(
            arena, "%.*s/%.*s", TEXT_ARGS(runs), TEXT_ARGS(http_json_string(body, "id")));
    return status;
}

static enum status await_end(struct rollout *rollout, struct text path, struct error *error)
{
    int64_t until_us = monotonic_us() + WAIT_S * (int64_t)US_PER_S;
    struct text body = text_lit("{}");
    enum status status = STATUS_OK;

    while (status == STATUS_OK && !text_is(http_json_string(body, "status"), "completed")) {
        if (monotonic_us() > until_us)
            return error_set(error, STATUS_TIMED_OUT, "the rolling run does not complete");
        program_wait_a_little();
        status = site_ask(
            rollout->workload.site, &(struct site_request){.method = "GET", .path = path}, 200,
            &body, error);
    }
    return status;
}

struct figures {
    struct samples made;
    struct samples single_made;
    struct samples first;
    struct samples done;
    struct samples single_done;
};

static enum status
roll_out(struct rollout *rollout, int wave, struct figures *out, struct error *error)
{
    struct text path = {NULL, 0};
    double shown_ms = 0;
    enum status status;

    begin(rollout);
    status = order_run(rollout, wave, &path, error);
    samples_add(&out->made, ms_since(rollout->began_us, monotonic_us()));
    if (status == STATUS_OK)
        status = drive(rollout, &working, error);
    if (status == STATUS_OK)
        status = site_await_shown(rollout->workload.site, &shown_ms, error);
    if (status == STATUS_OK)
        status = await_end(rollout, path, error);
    samples_add(&out->first, ms_since(rollout->began_us, rollout->first_us));
    samples_add(&out->done, ms_since(rollout->began_us, monotonic_us()));
    return status;
}

static enum status do_singly(struct rollout *rollout, struct figures *out, struct error *error)
{
    double shown_ms = 0;
    enum status status;

    begin(rollout);
    status = drive(rollout, &ordering, error);
    samples_add(&out->single_made, ms_since(rollout->began_us, monotonic_us()));
    if (status == STATUS_OK)
        status = drive(rollout, &working, error);
    if (status == STATUS_OK)
        status = site_await_shown(rollout->workload.site, &shown_ms, error);
    samples_add(&out->single_done, ms_since(rollout->began_us, monotonic_us()));
    return status;
}

static enum status
measure_site(const struct bench *bench, struct site *site, void *context, struct error *error)
{
    struct figures *out = context;
    bool is_quick = bench->options->is_quick;
    struct rollout rollout = {.ordered = 0};
    double shown_ms = 0;
    enum status status = site_sign_in(site, error);

    if (status == STATUS_OK)
        status = workload_make(&rollout.workload, site, is_quick ? QUICK_NODES : NODES, error);
    if (status == STATUS_OK)
        status = site_await_shown(site, &shown_ms, error);
    for (int64_t i = 0; status == STATUS_OK && i < bench->options->runs; i++) {
        status = roll_out(&rollout, is_quick ? QUICK_WAVE : WAVE, out, error);
        if (status == STATUS_OK)
            status = do_singly(&rollout, out, error);
    }
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct figures figures = {.made = {.count = 0}};
    enum status status = site_measure(bench, measure_site, &figures, error);

    if (status != STATUS_OK)
        return status;
    report_begin_subject(bench->report, "%d nodes", bench->options->is_quick ? QUICK_NODES : NODES);
    report_add_beside(
        bench->report, "made", "ms", (struct beside){&figures.made, &figures.single_made},
        (struct aim){AIM_RATIO_AT_MOST, 1});
    report_add(bench->report, "first claim", "ms", &figures.first, (struct aim){AIM_NONE, 0});
    report_add_beside(
        bench->report, "done", "ms", (struct beside){&figures.done, &figures.single_done},
        (struct aim){AIM_RATIO_AT_MOST, 2});
    return STATUS_OK;
}

const struct row runs_row = {
    .name = "runs",
    .doc =
        "a rolling run over 10,000 nodes, in waves of 1,000, whose agents do at once what they get: "
        "until it is made, the first task is claimed, all are done",
    .limit = "as many tasks ordered one by one, and done by the same agents",
    .measure = measure,
};
