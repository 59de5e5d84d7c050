/*
 * What tasks wrote is dropped when its time is over, at most a thousand bodies an event.
 *
 *   every minute ──query_due_output──► writer ──tasks, when they ended──► here
 *      asks the index where their output stands ──drop_task_output──► writer ──► the next tasks
 *
 * The writer's queue keeps the order, so the next question is answered once these orders are done. What one
 * round leaves of a long output is for the next minute, when the index knows how far it has come; so
 * after a crash at any moment it goes on from what is on record.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/automation/monitor_internal.h"
#include "commands/task/task_commands.h"
#include "core/base/log.h"
#include "eventlog/events/task_events.h"
#include "eventlog/ledger_index.h"
#include "eventlog/ledger_read.h"

enum {
    BODIES_OF_EVENT = 1000,
    BODIES_AT_ONCE = 5000, /* between two questions */
    SEARCH_STEPS = 1 << 20,
    RECORD_ARENA = 1 << 20
};

static const struct event_type *const output_types[] = {
    &task_logged_event, &task_reported_event, NULL};
static const struct event_type *const drop_types[] = {&task_output_dropped_event, NULL};

static void ask(struct monitor *monitor, const struct timer *after);

/* A search for a task's events of some types. */
struct of_task {
    struct index_key stream;
    struct index_key types[2];
    struct index_any all[2];
    struct index_search search;
};

static void
begin_search(struct of_task *of, const struct uuid *task_id, const struct event_type *const *types)
{
    size_t count = 0;

    of->stream = (struct index_key){LEDGER_INDEX_STREAM, {task_id->bytes, sizeof(task_id->bytes)}};
    for (; types[count] != NULL; count++)
        of->types[count] =
            (struct index_key){LEDGER_INDEX_TYPE, bytes_of_text(text_from(types[count]->name))};
    of->all[0] = (struct index_any){&of->stream, 1};
    of->all[1] = (struct index_any){of->types, count};
    of->search =
        (struct index_search){.all = of->all, .count = COUNT_OF(of->all), .work = SEARCH_STEPS};
}

/* The first position that was not dropped before, by the newest event after the task's end that did some of it. */
static enum status find_rest(
    struct monitor *monitor, struct uuid task_id, uint64_t end, uint64_t *out, struct error *error)
{
    AUTO_ARENA arena = arena_new(RECORD_ARENA);
    struct of_task of;
    struct position found;
    struct record record;
    const struct task_output_dropped *dropped;
    size_t count = 0;
    enum status status;

    begin_search(&of, &task_id, drop_types);
    of.search.from = end;
    of.search.end = ledger_index_size(monitor->index);
    of.search.newest_first = true;
    *out = 0;
    if (of.search.end <= end)
        return error_set(error, STATUS_UNAVAILABLE, "the index does not reach to its end yet");
    status = ledger_index_search(monitor->index, &of.search, 1, &found, &count, error);
    if (status != STATUS_OK || count == 0)
        return status;
    status = ledger_read_one(monitor->log, found, arena, &record, error);
    dropped = record.event;
    if (status == STATUS_OK && dropped->positions.count > 0)
        *out =
            1 + (uint64_t)((const int64_t *)dropped->positions.items)[dropped->positions.count - 1];
    return status;
}

/* Orders one event's part; `*out_is_last`: that was all. */
static enum status drop_part(
    struct monitor *monitor,
    struct of_task *of,
    const struct timer *task,
    size_t *out_count,
    bool *out_is_last,
    struct error *error)
{
    struct position found[BODIES_OF_EVENT];
    int64_t positions[BODIES_OF_EVENT];
    struct drop_task_output order = {.task_id = task->id, .ended_at = task->due};
    size_t count = 0;
    enum status status =
        ledger_index_search(monitor->index, &of->search, BODIES_OF_EVENT, found, &count, error);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        positions[i] = (int64_t)found[i].value;
    *out_count = count;
    *out_is_last = of->search.from >= of->search.end;
    order.positions = (struct list){positions, count};
    order.is_last = opt_bool_of(*out_is_last);
    if (!*out_is_last && count == 0)
        return error_set(error, STATUS_TOO_LARGE, "it takes too long to find its output");
    return monitor_submit(monitor, &drop_task_output_command, &order)
               ? STATUS_OK
               : error_set(error, STATUS_UNAVAILABLE, "the writer has too much to do");
}

/* Takes the bodies out of `*left`. */
static enum status
drop(struct monitor *monitor, const struct timer *task, size_t *left, struct error *error)
{
    struct of_task of;
    uint64_t end = 0; /* where its end stands */
    uint64_t from = 0;
    bool is_last = false;
    enum status status = ledger_position_at(monitor->log, task->due, &end, error);

    if (status == STATUS_OK)
        status = find_rest(monitor, task->id, end, &from, error);
    begin_search(&of, &task->id, output_types);
    of.search.from = from;
    of.search.end = end;
    while (status == STATUS_OK && !is_last && *left > 0) {
        size_t count = 0;
        status = drop_part(monitor, &of, task, &count, &is_last, error);
        *left -= count < *left ? count : *left;
    }
    return status;
}

/* So many as fit between two questions; one whose output cannot be found is passed over, until the next minute. */
static size_t drop_some(struct monitor *monitor, const struct timer *tasks, size_t count)
{
    size_t left = BODIES_AT_ONCE;
    size_t done = 0;
    struct error error;

    for (; done < count && left > 0; done++) {
        if (drop(monitor, &tasks[done], &left, &error) != STATUS_OK)
            log_error(
                "task_output.drop_failed", log_uuid("task", tasks[done].id), log_cause(&error));
    }
    return done;
}

static void on_due(struct monitor_outcome outcome, void *context)
{
    struct monitor *monitor = context;
    const struct due_output *due = outcome.answer;
    const struct timer *tasks = due == NULL ? NULL : due->timers.items;
    size_t count = due == NULL ? 0 : due->timers.count;
    size_t done = drop_some(monitor, tasks, count);

    monitor->is_dropping_output = false;
    if (done < count)
        ask(monitor, &tasks[done - 1]);
    else if (due != NULL && due->last != NULL)
        ask(monitor, due->last);
    else if (count > 0)
        ask(monitor, &tasks[count - 1]);
    else
        monitor->output_known_at = ledger_size(monitor->log);
}

static void ask(struct monitor *monitor, const struct timer *after)
{
    const struct query_due_output input = {after};

    monitor->is_dropping_output =
        monitor_order(monitor, &query_due_output_command, &input, on_due, monitor);
}

void task_output_check(struct monitor *monitor)
{
    if (monitor->index == NULL || !monitor->is_output_due || monitor->is_dropping_output ||
        ledger_index_size(monitor->index) < monitor->output_known_at)
        return;
    monitor->is_output_due = false;
    ask(monitor, NULL);
}
