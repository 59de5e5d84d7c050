/*
 * The row of followers: what a leader loses to one, how far it is behind, and what it costs to wait for it. Three
 * sides, each with the same fleet, in turn:
 *
 *   a leader that nobody follows · one with a follower · one that acknowledges what its follower holds
 *        └──────── full rate, half of it ────────┘ │
 *        └──────── latency of a change ────────────┘
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/followed.h"
#include "tests/bench/lag_probe.h"
#include "tests/bench/rows.h"

/* Rates are measured on the first two. */
enum { ALONE, FOLLOWED, RATED, ACKNOWLEDGED = RATED, SIDES };
enum { NODES = 64, MANY = 32, WINDOWS = 4 };

static const struct aim none = {AIM_NONE, 0};

static const struct {
    const char *name;
    struct followed_order order;
} sides[SIDES] = {
    [ALONE] = {"nobody follows", {"alone", NODES, false, false}},
    [FOLLOWED] = {"one follows", {"followed", NODES, true, false}},
    [ACKNOWLEDGED] = {"acknowledged when one holds it", {"acknowledged", NODES, true, true}},
};

/* What loads the leader, each by itself. */
enum { LOADS = 2 };
static const char *const loads[LOADS] = {"create a task", "log a line"};

static const unsigned usual_connections[] = {1, 16, 64};

/* A sample a run; events a second, milliseconds. */
struct full_runs {
    struct samples recorded;
    struct samples held;
    struct samples shown;
    struct samples behind; /* after the last answer, until all is shown */
};

struct half_runs {
    struct samples requests;
    struct samples p50_events;
    struct samples p99_events;
    struct samples p50_ms;
    struct samples p99_ms;
};

struct stage {
    struct bench *bench;
    struct followed sides[SIDES];
    struct full_runs full[LOADS][RATED];
    struct half_runs half[LOADS][RATED];
};

/* One load on one side. */
struct turn_order {
    struct followed *followed;
    const struct operation *operation;
    unsigned connections;
    double per_second; /* 0: as many as are answered */
    double seconds;
};

/* Opens it, and warms up. */
static enum status begin_turn(
    const struct turn_order *order,
    struct workload_load *context,
    struct load **out,
    struct error *error)
{
    enum status status = STATUS_OK;

    *context = (struct workload_load){
        .workload = &order->followed->leader.workload, .operation = order->operation};
    if (order->operation->prepare != NULL)
        status = order->operation->prepare(context->workload, order->connections, error);
    if (status == STATUS_OK)
        status = load_open(&workload_protocol, context, order->connections, out, error);
    if (status != STATUS_OK)
        return status;
    load_pace(*out, order->per_second);
    return load_drive(*out, order->seconds / 5, NULL, error);
}

static double rate(int64_t from, int64_t to, double seconds)
{
    return (double)(to - from) / seconds;
}

static enum status
run_full(const struct turn_order *order, struct full_runs *out, struct error *error)
{
    struct workload_load context;
    struct load *load = NULL;
    struct load_result result = {.seconds = 0};
    struct followed_sizes from = {0};
    struct followed_sizes to = {0};
    double behind_ms = 0;
    enum status status = begin_turn(order, &context, &load, error);

    if (status == STATUS_OK)
        status = followed_look(order->followed, &from, error);
    if (status == STATUS_OK)
        status = load_drive(load, order->seconds, &result, error);
    if (status == STATUS_OK)
        status = followed_look(order->followed, &to, error);
    load_close(load);
    load_result_free(&result);
    if (status == STATUS_OK)
        status = followed_catch_up(order->followed, &behind_ms, error);
    if (status != STATUS_OK)
        return status;
    samples_add(&out->recorded, rate(from.recorded, to.recorded, result.seconds));
    samples_add(&out->held, rate(from.held, to.held, result.seconds));
    samples_add(&out->shown, rate(from.shown, to.shown, result.seconds));
    samples_add(&out->behind, behind_ms);
    return STATUS_OK;
}

static enum status
run_half(const struct turn_order *order, struct half_runs *out, struct error *error)
{
    struct workload_load context;
    struct load *load = NULL;
    struct load_result result = {.seconds = 0};
    struct lags lags = {.events = {0}};
    double behind_ms = 0;
    enum status status = begin_turn(order, &context, &load, error);

    if (status == STATUS_OK) {
        struct lag_probe *probe = lag_probe_start(order->followed);
        struct error probe_error = {0};
        enum status probed;

        status = load_drive(load, order->seconds, &result, error);
        probed = lag_probe_end(probe, &lags, &probe_error);
        if (status == STATUS_OK && probed != STATUS_OK) {
            status = probed;
            *error = probe_error;
        }
    }
    load_close(load);
    load_result_free(&result);
    if (status == STATUS_OK)
        status = followed_catch_up(order->followed, &behind_ms, error);
    if (status == STATUS_OK) {
        samples_add(&out->requests, (double)result.answers / result.seconds);
        samples_add(&out->p50_events, series_at(&lags.events, 0.5));
        samples_add(&out->p99_events, series_at(&lags.events, 0.99));
        samples_add(&out->p50_ms, series_at(&lags.shown_us, 0.5) / 1000.0);
        samples_add(&out->p99_ms, series_at(&lags.shown_us, 0.99) / 1000.0);
    }
    lags_free(&lags);
    return status;
}

static unsigned many(const struct options *options)
{
    return options->clients > 0 ? (unsigned)options->clients : MANY;
}

/* Full rate on both sides, in turn, then half of what the followed leader has recorded. */
static enum status measure_rates(struct stage *stage, int load, struct error *error)
{
    const struct options *options = stage->bench->options;
    struct turn_order order = {
        .operation = workload_operation(loads[load]),
        .connections = many(options),
        .seconds = options->seconds * WINDOWS,
    };
    enum status status = STATUS_OK;

    for (int64_t i = 0; status == STATUS_OK && i < options->runs * RATED; i++) {
        order.followed = &stage->sides[i % RATED];
        status = run_full(&order, &stage->full[load][i % RATED], error);
    }
    if (status == STATUS_OK)
        order.per_second = samples_median(&stage->full[load][FOLLOWED].recorded) / 2;
    for (int64_t i = 0; status == STATUS_OK && i < options->runs * RATED; i++) {
        order.followed = &stage->sides[i % RATED];
        status = run_half(&order, &stage->half[load][i % RATED], error);
    }
    return status;
}

static void add_full(const struct stage *stage, int load)
{
    static const struct aim keeps_up = {AIM_RATIO_AT_LEAST, 0.95};
    struct report *report = stage->bench->report;
    const struct full_runs *alone = &stage->full[load][ALONE];
    const struct full_runs *followed = &stage->full[load][FOLLOWED];

    report_begin_subject(
        report, "%s, %u connections, full rate", loads[load], many(stage->bench->options));
    report_add_beside(
        report, "recorded", "1/s", (struct beside){&followed->recorded, &alone->recorded}, none);
    report_add_beside(
        report, "held", "1/s", (struct beside){&followed->held, &followed->recorded}, keeps_up);
    report_add_beside(
        report, "shown", "1/s", (struct beside){&followed->shown, &followed->recorded}, keeps_up);
    report_add_beside(
        report, "behind", "ms", (struct beside){&followed->behind, &alone->behind}, none);
}

static void add_half(const struct stage *stage, int load)
{
    struct report *report = stage->bench->report;
    const struct half_runs *alone = &stage->half[load][ALONE];
    const struct half_runs *followed = &stage->half[load][FOLLOWED];

    report_begin_subject(report, "%s, half of that", loads[load]);
    report_add(report, "requests", "1/s", &followed->requests, none);
    report_add(report, "lag p50", "events", &followed->p50_events, none);
    report_add(report, "lag p99", "events", &followed->p99_events, none);
    report_add_beside(
        report, "shown p50", "ms", (struct beside){&followed->p50_ms, &alone->p50_ms}, none);
    report_add_beside(
        report, "shown p99", "ms", (struct beside){&followed->p99_ms, &alone->p99_ms}, none);
}

static struct contender contender_of(struct followed *followed)
{
    const struct operation *operation = workload_operation("create a task");

    return (struct contender){
        .name = operation->name,
        .protocol = &workload_protocol,
        .operation = operation,
        .served = &followed->leader,
        .process = followed->leader.site.server,
        .load = {.workload = &followed->leader.workload, .operation = operation},
    };
}

static void add_latencies(
    struct report *report, const struct contender *contenders, int side, unsigned connections)
{
    const struct load_samples *samples = &contenders[side].samples;
    const struct load_samples *alone = &contenders[ALONE].samples;

    report_begin_subject(
        report, "%s, %u connections, %s", contenders[side].name, connections, sides[side].name);
    report_add_beside(
        report, "requests", "1/s", (struct beside){&samples->requests, &alone->requests}, none);
    report_add_beside(report, "p50", "ms", (struct beside){&samples->p50, &alone->p50}, none);
    report_add_beside(report, "p99", "ms", (struct beside){&samples->p99, &alone->p99}, none);
}

static enum status measure_latencies(struct stage *stage, unsigned connections, struct error *error)
{
    const struct options *options = stage->bench->options;
    struct contender contenders[SIDES];
    double behind_ms = 0;
    enum status status = STATUS_OK;

    for (int i = 0; i < SIDES; i++)
        contenders[i] = contender_of(&stage->sides[i]);
    for (int64_t i = 0; status == STATUS_OK && i < options->runs * SIDES; i++) {
        struct contender *contender = &contenders[i % SIDES];

        contender->context = &contender->load;
        status = contender_run(contender, connections, options->seconds, error);
        if (status == STATUS_OK)
            status = followed_catch_up(&stage->sides[i % SIDES], &behind_ms, error);
    }
    for (int i = 0; status == STATUS_OK && i < SIDES; i++)
        add_latencies(stage->bench->report, contenders, i, connections);
    return status;
}

static enum status measure_stage(struct stage *stage, struct error *error)
{
    unsigned only = (unsigned)stage->bench->options->clients;
    enum status status = STATUS_OK;

    for (int i = 0; status == STATUS_OK && i < LOADS; i++)
        status = measure_rates(stage, i, error);
    for (int i = 0; status == STATUS_OK && i < LOADS; i++)
        add_full(stage, i);
    for (int i = 0; status == STATUS_OK && i < LOADS; i++)
        add_half(stage, i);
    if (status == STATUS_OK && only > 0)
        return measure_latencies(stage, only, error);
    for (size_t i = 0; status == STATUS_OK && i < COUNT_OF(usual_connections); i++)
        status = measure_latencies(stage, usual_connections[i], error);
    return status;
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage *stage = arena_one(bench->arena, struct stage);
    enum status status = STATUS_OK;

    stage->bench = bench;
    for (int i = 0; status == STATUS_OK && i < SIDES; i++)
        status = followed_open(bench, &sides[i].order, &stage->sides[i], error);
    if (status == STATUS_OK)
        status = conditions_note_postgresql(
            bench->conditions, stage->sides[ALONE].leader.site.conninfo, bench->arena, error);
    if (status == STATUS_OK)
        status = measure_stage(stage, error);
    for (int i = 0; i < SIDES; i++)
        followed_close(&stage->sides[i]);
    return status;
}

const struct row followers_row = {
    .name = "followers",
    .doc =
        "a leader and its follower, each with a PostgreSQL of its own: what the leader records at full "
        "rate, and what of it the follower holds and shows at the same time; how far it is behind at half "
        "of that; a change that is acknowledged when the follower holds it",
    .limit =
        "of `held` and `shown`: what is recorded; of the rest: the same of a leader that nobody follows",
    .measure = measure,
};
