/*
 * The row of agents that wait for work: each on a connection of its own, in a claim that finds none.
 *
 *   claims ─► waiting ─► memory of each ─► a task for some, one by one ─► a task for each
 *
 * Waking one of many stands beside waking the only one; waking all beside agents that are not
 * waiting and ask for the same number of tasks, 64 at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/bench/processes.h"
#include "tests/bench/program.h"
#include "tests/bench/rows.h"
#include "tests/bench/workload.h"

/* A claim waits for 9 s at most: everything that needs them all must be done by then. */
enum { WAKES = 25, ASKING = 64, PATIENCE_S = 8, REQUEST_BYTES = 4096 };

struct stage {
    struct bench *bench;
    unsigned waiting; /* agents */
    struct place home;
    struct site site;
    struct workload workload;
    struct workload_load claims; /* context of the load */
};

/* Until so many claims wait in the server. */
static enum status wait_until_waiting(struct stage *stage, unsigned wanted, struct error *error)
{
    int64_t until_us = monotonic_us() + PATIENCE_S * (int64_t)US_PER_S;
    int64_t waiting = 0;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && waiting != (int64_t)wanted && monotonic_us() < until_us) {
        program_wait_a_little();
        status = site_metric(&stage->site, "claims_parked", &waiting, error);
    }
    if (status == STATUS_OK && waiting != (int64_t)wanted)
        status = error_set(
            error, STATUS_TIMED_OUT, "%lld of %u claims wait", (long long)waiting, wanted);
    return status;
}

/* From sending the task to its arrival at the agent; the task's own answer may come later. */
static enum status
wake_one(struct stage *stage, struct load *load, unsigned agent, double *out_ms, struct error *e)
{
    AUTO_BUF request = {0};
    struct turn turn = {.workload = &stage->workload, .connection = agent};
    struct http_answer created = {0};
    int64_t began_us;
    enum status status;

    buf_init(&request, REQUEST_BYTES);
    workload_operations->request(&turn, &request);
    began_us = monotonic_us();
    status = http_client_send(&stage->site.client, buf_text(&request), e);
    if (status == STATUS_OK)
        status = load_take(load, 1, PATIENCE_S, e);
    *out_ms = (double)(monotonic_us() - began_us) / US_PER_MS;
    if (status == STATUS_OK)
        status = http_client_wait(&stage->site.client, PATIENCE_S * (int64_t)US_PER_S, &created, e);
    if (status == STATUS_OK && created.status != workload_operations->status)
        status = error_set(e, STATUS_INVALID, "a new task was answered %d", created.status);
    return status;
}

/* Some of so many agents that wait, each of them again afterwards. */
static enum status wake_some(
    struct stage *stage, struct load *load, unsigned waiting, struct samples *out, struct error *e)
{
    enum status status = STATUS_OK;

    for (unsigned i = 0; status == STATUS_OK && i < WAKES; i++) {
        double ms = 0;
        status = load_drive(load, 0, NULL, e);
        if (status == STATUS_OK)
            status = wait_until_waiting(stage, waiting, e);
        if (status == STATUS_OK)
            status = wake_one(stage, load, i * waiting / WAKES, &ms, e);
        samples_add(out, ms);
    }
    if (status == STATUS_OK)
        status = load_drive(load, 0, NULL, e);
    return status;
}

/* The same tasks, when nobody waits for them and agents come to ask. */
static enum status ask_for_all(struct stage *stage, double *out_ms, struct error *error)
{
    struct workload_load asking = {.workload = &stage->workload, .operation = &workload_claim_each};
    int64_t began_us = monotonic_us();
    enum status status = workload_queue_tasks(&stage->workload, stage->waiting, error);

    stage->workload.next_node = 0;
    if (status == STATUS_OK)
        status = load_run(&workload_protocol, &asking, ASKING, error);
    *out_ms = (double)(monotonic_us() - began_us) / US_PER_MS;
    return status;
}

static enum status
wake_all(struct stage *stage, struct load *load, double *out_ms, struct error *error)
{
    enum status status = wait_until_waiting(stage, stage->waiting, error);
    int64_t began_us = monotonic_us();

    if (status == STATUS_OK)
        status = workload_queue_tasks(&stage->workload, stage->waiting, error);
    if (status == STATUS_OK)
        status = load_take(load, stage->waiting, PATIENCE_S, error);
    *out_ms = (double)(monotonic_us() - began_us) / US_PER_MS;
    return status;
}

/* What is measured. */
struct figures {
    double memory_kib; /* of each */
    struct samples one_of_many_ms;
    struct samples only_one_ms;
    double all_ms;
    double asked_ms;
};

static enum status let_one_wait(struct stage *stage, struct figures *figures, struct error *error)
{
    struct load *load = NULL;
    enum status status = load_open(&workload_protocol, &stage->claims, 1, &load, error);

    if (status == STATUS_OK)
        status = wake_some(stage, load, 1, &figures->only_one_ms, error);
    load_abandon(load);
    if (status == STATUS_OK)
        status = wait_until_waiting(stage, 0, error);
    return status;
}

static enum status let_all_wait(struct stage *stage, struct figures *figures, struct error *error)
{
    struct load *load = NULL;
    int64_t before = processes_private_bytes(stage->site.server);
    enum status status =
        load_open(&workload_protocol, &stage->claims, stage->waiting, &load, error);

    if (status == STATUS_OK)
        status = load_drive(load, 0, NULL, error);
    if (status == STATUS_OK)
        status = wait_until_waiting(stage, stage->waiting, error);
    figures->memory_kib =
        (double)(processes_private_bytes(stage->site.server) - before) / 1024 / stage->waiting;
    if (status == STATUS_OK)
        status = wake_some(stage, load, stage->waiting, &figures->one_of_many_ms, error);
    if (status == STATUS_OK)
        status = wake_all(stage, load, &figures->all_ms, error);
    load_abandon(load);
    return status;
}

static enum status open_stage(struct stage *stage, struct error *error)
{
    struct bench *bench = stage->bench;
    const struct site_order order = {.program = bench->options->server, .home = &stage->home};
    enum status status = place_make_empty(bench->place, "site", &stage->home, error);

    if (status == STATUS_OK)
        status = site_start(&stage->site, &order, bench->arena, error);
    if (status == STATUS_OK)
        status = site_sign_in(&stage->site, error);
    if (status == STATUS_OK)
        status = workload_make(&stage->workload, &stage->site, stage->waiting, error);
    stage->claims =
        (struct workload_load){.workload = &stage->workload, .operation = &workload_wait_for_task};
    return status;
}

static void add_figures(const struct stage *stage, const struct figures *figures)
{
    static const struct aim none = {AIM_NONE, 0};
    struct report *report = stage->bench->report;
    struct samples memory = samples_of(figures->memory_kib);
    struct samples all = samples_of(figures->all_ms);
    struct samples asked = samples_of(figures->asked_ms);

    report_begin_subject(report, "%u agents wait", stage->waiting);
    report_add(report, "memory each", "KiB", &memory, none);
    report_add_beside(
        report, "wake one", "ms", (struct beside){&figures->one_of_many_ms, &figures->only_one_ms},
        none);
    report_add_beside(report, "wake all", "ms", (struct beside){&all, &asked}, none);
}

static enum status measure(struct bench *bench, struct error *error)
{
    struct stage stage = {.bench = bench, .waiting = (unsigned)bench->options->waiting};
    struct figures figures = {.memory_kib = 0};
    enum status status = open_stage(&stage, error);

    if (status == STATUS_OK)
        status = ask_for_all(&stage, &figures.asked_ms, error);
    if (status == STATUS_OK)
        status = let_one_wait(&stage, &figures, error);
    if (status == STATUS_OK)
        status = let_all_wait(&stage, &figures, error);
    if (status == STATUS_OK)
        add_figures(&stage, &figures);
    site_stop(&stage.site);
    place_remove(&stage.home);
    return status;
}

const struct row waiting_row = {
    .name = "waiting",
    .doc = "agents that wait for work, each on a connection of its own: private memory of the "
           "server, from sending a task to its arrival, a task for each of them",
    .limit = "one: when only that agent waits; all: nobody waits, and agents ask for the same "
             "tasks over 64 connections",
    .measure = measure,
};
