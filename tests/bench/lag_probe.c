/*
 * The thread that makes tasks and looks for them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/bench/lag_probe.h"

#include "core/base/heap.h"
#include "core/base/timestamp.h"
#include "core/run/thread.h"

#include <stdatomic.h>
#include <stdio.h>

enum {
    PAUSE_US = 5000,
    SHOWN_S = 30,
    LONGEST_PATH = 160,
    LONGEST_BODY = 256,
    LONGEST_HEADERS = 4096
};

struct lag_probe {
    struct followed *followed;
    struct thread *thread;
    atomic_bool is_over;
    struct lags lags;
    enum status status;
    struct error error;
};

struct made {
    char path[2 * LONGEST_PATH];
    int64_t size; /* of the smallest ledger that has it */
};

static enum status make_task(const struct workload *workload, struct made *out, struct error *error)
{
    char tasks[LONGEST_PATH];
    char body[LONGEST_BODY];
    struct http_answer answer = {0};
    int64_t position = 0;
    enum status status;

    snprintf(tasks, sizeof(tasks), "/api/v1/workspaces/%.*s/tasks", TEXT_ARGS(workload->workspace));
    snprintf(
        body, sizeof(body),
        "{\"nodeId\":\"%.*s\",\"type\":\"shell.exec\",\"payload\":{\"command\":\"uptime\"}}",
        TEXT_ARGS(workload->nodes[0].id));
    status = site_fetch(
        workload->site,
        &(struct site_request){.method = "POST", .path = text_from(tasks), .body = text_from(body)},
        201, &answer, error);
    if (status != STATUS_OK)
        return status;
    if (!text_to_int64(http_answer_header(&answer, "Ledger-Position"), &position))
        return error_set(error, STATUS_INVALID, "a change names no position");
    out->size = position + 1;
    snprintf(
        out->path, sizeof(out->path), "%s/%.*s", tasks,
        TEXT_ARGS(http_json_string(answer.body, "id")));
    return STATUS_OK;
}

/* A server waits a little for what its ledger lacks, then says so by 412. */
static enum status
wait_until_shown(struct site *reader, const struct made *made, struct error *error)
{
    int64_t until_us = monotonic_us() + SHOWN_S * (int64_t)US_PER_S;
    char headers[LONGEST_HEADERS];
    struct http_answer answer = {0};
    enum status status;

    snprintf(
        headers, sizeof(headers), "%.*sLedger-Min-Size: %lld\r\n", TEXT_ARGS(reader->admin),
        (long long)made->size);
    do
        status = site_exchange(
            reader,
            &(struct site_request){
                .method = "GET", .path = text_from(made->path), .headers = text_from(headers)},
            &answer, error);
    while (status == STATUS_OK && answer.status == 412 && monotonic_us() < until_us);
    if (status == STATUS_OK && answer.status != 200)
        status = error_set(
            error, STATUS_INVALID, "%s is not shown: answered %d", made->path, answer.status);
    return status;
}

static enum status try_once(struct lag_probe *probe, struct error *error)
{
    struct followed *followed = probe->followed;
    struct followed_sizes sizes = {0};
    struct made made;
    int64_t answered_us;
    enum status status = followed_look(followed, &sizes, error);

    if (status == STATUS_OK)
        status = make_task(&followed->leader.workload, &made, error);
    answered_us = monotonic_us();
    if (status == STATUS_OK)
        status = wait_until_shown(followed_reader(followed), &made, error);
    if (status != STATUS_OK)
        return status;
    series_add(&probe->lags.events, (uint32_t)(sizes.recorded - sizes.held));
    series_add(&probe->lags.shown_us, (uint32_t)(monotonic_us() - answered_us));
    return STATUS_OK;
}

static void run_probe(void *context)
{
    struct lag_probe *probe = context;

    do {
        probe->status = try_once(probe, &probe->error);
        thread_pause(PAUSE_US);
    } while (probe->status == STATUS_OK && !atomic_load(&probe->is_over));
}

struct lag_probe *lag_probe_start(struct followed *followed)
{
    struct lag_probe *probe = heap_new(sizeof(*probe));

    probe->followed = followed;
    probe->thread = thread_start("lag probe", run_probe, probe);
    return probe;
}

enum status lag_probe_end(struct lag_probe *probe, struct lags *out, struct error *error)
{
    enum status status;

    atomic_store(&probe->is_over, true);
    thread_join(probe->thread);
    *out = probe->lags;
    status = probe->status;
    if (status != STATUS_OK)
        *error = probe->error;
    series_sort(&out->events);
    series_sort(&out->shown_us);
    heap_free(probe);
    return status;
}

void lags_free(struct lags *lags)
{
    series_free(&lags->events);
    series_free(&lags->shown_us);
}
