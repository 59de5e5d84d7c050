/*
 * Claims, and the set of tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/work.h"

#include "api/node_agent/backoff.h"
#include "api/node_agent/root_access.h"
#include "api/node_agent/task.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/must.h"
#include "core/run/loop.h"
#include "core/shape/json_peek.h"
#include "core/shape/shape_json.h"

enum {
    CLAIM_WAIT_MS = 9000,  /* as long as the server keeps a claim */
    LEAST_EMPTY_MS = 1000, /* an empty answer that comes sooner is not asked for at once again */
    NO_ROOM_S = 10,
    SENT_BYTES = 1 << 20,
    MOST_TASKS = 512 /* those included whose end is still to be told */
};

struct work {
    struct agent *agent;
    void (*idle)(void *context);
    void *context;
    struct task *tasks[MOST_TASKS];
    size_t count;
    size_t left; /* of these, by an earlier run */
    struct api_call *call;
    int64_t asked_us;
    char *kept; /* payload of a task that was sent and has no place yet; NULL: none */
    struct loop_timer *next_claim;
    bool is_waiting; /* for it */
    bool has_begun;
    bool is_stopping;
    bool has_no_room;
    struct backoff backoff;
};

/* What is asked, and what comes back. */

struct claim_request {
    int64_t max_tasks;
    int64_t wait_ms;
    struct text start;
    const struct root_access_report *root_access;
};
static const struct field claim_request_fields[] = {
    {INT64(claim_request, max_tasks), .tag = 1, .doc = "Number of tasks that are wanted."},
    {INT64(claim_request, wait_ms), .tag = 2, .doc = "Milliseconds to wait for one."},
    {TEXT(claim_request, start), .tag = 3, .doc = "Name of this run of the agent."},
    {OBJECT(claim_request, root_access, root_access_report), .tag = 4,
     .doc = "Root access that is in force."},
};
static const struct shape claim_request_shape = SHAPE(claim_request, "A claim.");

struct wanted_access {
    struct text profile;
};
static const struct field wanted_access_fields[] = {
    {TEXT(wanted_access, profile), .tag = 1, .max = 64, .doc = "Profile that is wanted."},
};
static const struct shape wanted_access_shape =
    SHAPE_WITH(wanted_access, "Root access that is wanted.", .is_lenient = true);

struct claim_reply {
    const struct claimed_task *task;
    const struct wanted_access *root_access;
};
static const struct field claim_reply_fields[] = {
    {OBJECT(claim_reply, task, claimed_task), .tag = 1, .doc = "Task that was claimed, if any."},
    {OBJECT(claim_reply, root_access, wanted_access), .tag = 2,
     .doc = "Root access that is wanted."},
};
static const struct shape claim_reply_shape =
    SHAPE_WITH(claim_reply, "Answer to a claim.", .is_lenient = true);

static void claim_or_wait(struct work *work);
static void take_kept(struct work *work);

/* The set. */

static size_t count_active(const struct work *work)
{
    size_t count = 0;

    for (size_t i = 0; i < work->count; i++)
        count += task_is_active(work->tasks[i]) ? 1 : 0;
    return count;
}

static void check_idle(struct work *work)
{
    if (work->is_stopping && work->count == 0 && work->call == NULL)
        work->idle(work->context);
}

static void forget_task(struct work *work, const struct task *task)
{
    for (size_t i = 0; i < work->count; i++) {
        if (work->tasks[i] == task)
            work->tasks[i] = work->tasks[--work->count];
    }
}

static void on_gone(void *context, struct task *task)
{
    struct work *work = context;

    forget_task(work, task);
    task_free(task);
    check_idle(work);
    take_kept(work);
    claim_or_wait(work);
}

static void resume_left(struct work *work);

static void on_left_gone(void *context, struct task *task)
{
    struct work *work = context;

    work->left--;
    resume_left(work);
    on_gone(context, task);
}

static void resume_left(struct work *work)
{
    struct journal_file *file;

    while (work->count < MOST_TASKS && (file = journal_take_left(work->agent->journal)) != NULL) {
        struct task *task = task_resume(work->agent, file, on_left_gone, work);
        if (task == NULL)
            continue;
        log_info("task.left", log_uuid("task", task_id(task)));
        work->left++;
        work->tasks[work->count++] = task;
    }
}

static bool has_task(const struct work *work, struct uuid id)
{
    for (size_t i = 0; i < work->count; i++) {
        if (uuid_equal(task_id(work->tasks[i]), id))
            return true;
    }
    return false;
}

/* Claims. */

static void wait_us(struct work *work, int64_t us)
{
    work->is_waiting = true;
    loop_timer_set(work->next_claim, us);
}

static void take_task(struct work *work, const struct claimed_task *claimed)
{
    struct error error;
    struct task *task;

    if (has_task(work, claimed->id))
        return;
    if (task_begin(work->agent, claimed, on_gone, work, &task, &error) != STATUS_OK) {
        log_error("task.not_begun", log_uuid("task", claimed->id), log_cause(&error));
        return;
    }
    log_info("task.begun", log_uuid("task", claimed->id), log_text("type", claimed->type));
    work->tasks[work->count++] = task;
}

static bool is_full(const struct work *work)
{
    return count_active(work) >= (size_t)work->agent->settings->task_concurrency ||
           work->count == MOST_TASKS;
}

static void on_failure(struct work *work, const struct api_reply *reply)
{
    if (reply->verdict == API_UNKNOWN)
        work->backoff.failures = UINT32_MAX / 2; /* the longest wait: only an operator can help */
    if (work->backoff.failures < 2 || reply->verdict == API_UNKNOWN)
        log_warning(
            "claim.failed", log_int64("status", reply->status), log_text("why", reply->message));
    wait_us(work, backoff_next_us(&work->backoff));
}

static void on_reply(void *context, const struct api_reply *reply)
{
    struct work *work = context;
    struct claim_reply answer = {0};

    work->call = NULL;
    if (reply->verdict != API_DONE ||
        shape_json_read(&claim_reply_shape, reply->body, reply->arena, &answer, NULL) !=
            STATUS_OK) {
        on_failure(work, reply);
        check_idle(work);
        return;
    }
    if (work->backoff.failures > 0)
        log_info("claim.works_again", log_int64("failures", work->backoff.failures));
    work->backoff = (struct backoff){0};
    if (answer.root_access != NULL)
        root_access_want(work->agent->root_access, answer.root_access->profile);
    if (answer.task != NULL)
        take_task(work, answer.task);
    else if (monotonic_us() - work->asked_us < (int64_t)LEAST_EMPTY_MS * US_PER_MS)
        wait_us(work, (int64_t)LEAST_EMPTY_MS * US_PER_MS);
    check_idle(work);
    claim_or_wait(work);
}

static void ask(struct work *work)
{
    const struct claim_request request = {
        1, CLAIM_WAIT_MS, text_from(work->agent->start),
        root_access_report(work->agent->root_access)};
    AUTO_BUF body = {0};

    buf_init(&body, 4096);
    shape_json_write(&claim_request_shape, &request, &body);
    work->asked_us = monotonic_us();
    work->call = api_client_ask(
        work->agent->client,
        &(struct api_request){
            .path = "/agent/tasks/claim",
            .body = buf_text(&body),
            .timeout_us = (int64_t)CLAIM_WAIT_MS * US_PER_MS + API_TIMEOUT_S * (int64_t)US_PER_S},
        on_reply, work);
}

static bool has_room(struct work *work)
{
    struct error error;
    bool had_none = work->has_no_room;

    work->has_no_room = journal_prepare(work->agent->journal, &error) != STATUS_OK;
    if (work->has_no_room && !had_none)
        log_error("claim.no_room", log_cause(&error));
    return !work->has_no_room;
}

static void claim_or_wait(struct work *work)
{
    if (work->is_stopping || work->call != NULL || work->is_waiting || work->left > 0 ||
        is_full(work))
        return;
    if (has_room(work))
        ask(work);
    else
        wait_us(work, NO_ROOM_S * (int64_t)US_PER_S);
}

/* What is claimed beside a task that was sent is one too many, where that took the last place: the server
 * gives it back when nobody hears its answer. */
static void stop_asking_if_full(struct work *work)
{
    if (!is_full(work))
        return;
    api_call_cancel(work->call);
    work->call = NULL;
}

static void take_sent(struct work *work, struct text payload, struct arena *arena)
{
    struct claimed_task task;
    struct error error;

    if (shape_json_read(
            &claimed_task_shape, json_peek_member(arena, payload, "task"), arena, &task, &error) !=
        STATUS_OK) {
        log_warning("task.not_understood", log_cause(&error));
        return;
    }
    take_task(work, &task);
    stop_asking_if_full(work);
}

/* Has it a place now? */
static void take_kept(struct work *work)
{
    AUTO_ARENA arena = arena_new(SENT_BYTES);
    char *kept = work->kept;

    if (kept == NULL || is_full(work) || work->is_stopping || !has_room(work))
        return;
    work->kept = NULL;
    take_sent(work, text_from(kept), arena);
    heap_free(kept);
}

void work_take_sent(struct work *work, struct text payload, struct arena *arena)
{
    if (!work->has_begun || work->left > 0)
        return; /* what an earlier run left is told first */
    heap_free(work->kept);
    work->kept = heap_copy(text_c(arena, payload));
    take_kept(work);
}

static void on_next_claim(void *context)
{
    struct work *work = context;

    work->is_waiting = false;
    if (!work->has_begun)
        resume_left(work);
    work->has_begun = true;
    claim_or_wait(work);
}

/* Beginning and end. */

struct work *work_new(struct agent *agent, void (*idle)(void *context), void *context)
{
    struct work *work = heap_new(sizeof(*work));

    work->agent = agent;
    work->idle = idle;
    work->context = context;
    work->next_claim = loop_timer_new(agent->loop, on_next_claim, work);
    wait_us(work, 0);
    return work;
}

void work_stop(struct work *work)
{
    work->is_stopping = true;
    api_call_cancel(work->call);
    work->call = NULL;
    loop_timer_clear(work->next_claim);
    for (size_t i = 0; i < work->count; i++)
        task_stop(work->tasks[i]);
    check_idle(work);
}

void work_free(struct work *work)
{
    if (work == NULL)
        return;
    api_call_cancel(work->call);
    for (size_t i = 0; i < work->count; i++)
        task_free(work->tasks[i]);
    loop_timer_free(work->next_claim);
    heap_free(work->kept);
    heap_free(work);
}
