/*
 * One record at a time, in the order of the journal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node_agent/reports.h"

#include "api/node_agent/backoff.h"
#include "core/base/heap.h"
#include "core/base/log.h"
#include "core/base/timestamp.h"
#include "core/run/loop.h"

enum { ARENA_BYTES = 128 << 20 };

struct reports {
    struct api_client *client;
    struct journal_file *file;
    reports_told *told;
    void *context;
    struct api_call *call; /* NULL: none is under way */
    enum journal_kind kind;
    struct backoff backoff;
    struct loop_timer *next_try;
    bool is_waiting; /* for it */
};

static void send_first(void *context);

static void on_reply(void *context, const struct api_reply *reply)
{
    struct reports *reports = context;
    bool is_refused = reply->verdict == API_REFUSED;

    reports->call = NULL;
    if (!is_refused && reply->verdict != API_DONE) {
        reports->is_waiting = true;
        loop_timer_set(reports->next_try, backoff_next_us(&reports->backoff));
        log_warning(
            "report.not_heard", log_uuid("task", journal_task_of(reports->file)),
            log_text("why", reply->message));
        return;
    }
    if (is_refused)
        log_warning(
            "report.refused", log_uuid("task", journal_task_of(reports->file)),
            log_text("why", reply->message));
    reports->backoff = (struct backoff){0};
    journal_tell(reports->file);
    loop_timer_set(reports->next_try, 0);
    reports->is_waiting = true;
    reports->told(reports->context, reports->kind, is_refused);
}

static void send_first(void *context)
{
    static const char *const ways[JOURNAL_KIND_COUNT] = {"started", "logs", "completed"};
    AUTO_ARENA arena = arena_new(ARENA_BYTES);
    struct reports *reports = context;
    struct journal_record record;
    char task[UUID_TEXT_SIZE];

    reports->is_waiting = false;
    if (!journal_first(reports->file, arena, &record))
        return;
    uuid_print(journal_task_of(reports->file), task);
    reports->kind = record.kind;
    reports->call = api_client_ask(
        reports->client,
        &(struct api_request){
            .path = text_format(arena, "/agent/tasks/%s/%s", task, ways[record.kind]).data,
            .body = record.body,
            .key = text_format(arena, "%s-%lld", task, (long long)record.place).data,
            .timeout_us = API_TIMEOUT_S * (int64_t)US_PER_S},
        on_reply, reports);
}

struct reports *reports_new(
    struct loop *loop,
    struct api_client *client,
    struct journal_file *file,
    reports_told *told,
    void *context)
{
    struct reports *reports = heap_new(sizeof(*reports));

    reports->client = client;
    reports->file = file;
    reports->told = told;
    reports->context = context;
    reports->next_try = loop_timer_new(loop, send_first, reports);
    return reports;
}

void reports_free(struct reports *reports)
{
    if (reports == NULL)
        return;
    api_call_cancel(reports->call);
    loop_timer_free(reports->next_try);
    heap_free(reports);
}

void reports_wake(struct reports *reports)
{
    if (reports->call == NULL && !reports->is_waiting)
        send_first(reports);
}
