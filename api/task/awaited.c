/*
 * Waiting for tasks, and showing what became of them or which were made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/awaited.h"

#include "api/select.h"
#include "api/task/task_resources.h"
#include "eventlog/events/task_events.h"
#include "eventlog/ledger_read.h"

enum { LONGEST_WAIT_US = 10 * US_PER_S, READ_AT_ONCE = 100, READ_BYTES = 1 << 20 };

struct awaited {
    struct uuid task_id;
    void (*show)(struct call *call, const struct task_row *task);
};

bool task_is_over(const struct task_row *task)
{
    return task->status.is == TASK_SUCCESS || task->status.is == TASK_FAILED ||
           task->status.is == TASK_CANCELLED;
}

static void read_awaited(struct call *call)
{
    const struct awaited *awaited = call->handler_state;
    const void *row = NULL;
    struct error error;

    if (select_row(call, &task_resource, awaited->task_id, &row, &error) != STATUS_OK) {
        call_answer_error(call, &error);
        return;
    }
    if (row == NULL) {
        error_set(&error, STATUS_NOT_FOUND, "The task is gone");
        call_answer_error(call, &error);
        return;
    }
    awaited->show(call, row);
}

static void on_wake(struct call *call, bool is_called)
{
    (void)is_called;
    atomic_fetch_sub(&call->services->meter->tasks_awaited, 1);
    call_wait_head(call, read_awaited);
}

static void note_awaited(
    struct call *call,
    struct uuid task_id,
    void (*show)(struct call *call, const struct task_row *task))
{
    struct awaited *awaited = arena_one(call->arena, struct awaited);

    *awaited = (struct awaited){task_id, show};
    call->handler_state = awaited;
}

void awaited_wait(
    struct call *call,
    struct uuid task_id,
    void (*show)(struct call *call, const struct task_row *task))
{
    note_awaited(call, task_id, show);
    atomic_fetch_add(&call->services->meter->tasks_awaited, 1);
    call_wait_called(call, task_id, monotonic_us() + LONGEST_WAIT_US, on_wake);
}

void awaited_show(
    struct call *call,
    struct uuid task_id,
    void (*show)(struct call *call, const struct task_row *task))
{
    note_awaited(call, task_id, show);
    call_wait_shown(call, call->submission.size, read_awaited);
}

/* The tasks are named by what the command has put on the ledger, now or when it was first sent. */
static enum status read_created(struct call *call, struct list *out, struct error *error)
{
    const struct submission *submission = &call->submission;
    struct record *records = arena_array(call->arena, READ_AT_ONCE, sizeof(*records));
    struct uuid *ids = arena_array(call->arena, submission->emitted, sizeof(*ids));
    struct position from = submission->first;
    uint64_t left = submission->emitted;

    *out = (struct list){ids, 0};
    while (left > 0) {
        size_t limit = left < READ_AT_ONCE ? (size_t)left : READ_AT_ONCE;
        size_t count = 0;
        enum status status = ledger_read(
            call->services->ledger, from, limit, READ_BYTES, call->arena, records, &count, error);
        if (status != STATUS_OK)
            return status;
        if (count == 0)
            break;
        for (size_t i = 0; i < count; i++) {
            if (records[i].type == &task_created_event)
                ids[out->count++] = records[i].entry.stream;
        }
        from.value += count;
        left -= count;
    }
    return STATUS_OK;
}

static void show_created(struct call *call)
{
    struct list ids;
    struct error error;

    if (read_created(call, &ids, &error) == STATUS_OK)
        select_answer_rows(call, call->route->status, &task_resource, &ids);
    else
        call_answer_error(call, &error);
}

void awaited_answer_created(struct call *call, const void *answer)
{
    (void)answer;
    call_wait_shown(call, call->submission.size, show_created);
}
