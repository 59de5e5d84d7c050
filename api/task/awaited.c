/*
 * Waiting for tasks, and showing what became of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/task/awaited.h"

#include "api/select.h"
#include "api/task/task_resources.h"
#include "eventlog/events/task_events.h"

enum { LONGEST_WAIT_US = 10 * US_PER_S };

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
