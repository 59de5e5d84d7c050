/*
 * How tasks look to callers, from the read model or, for agents, from the state just folded and
 * the bodies it points at. Both ways give the same answer; a test compares them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_TASK_VIEW_H
#define API_TASK_TASK_VIEW_H

#include "api/call.h"
#include "commands/task/task_commands.h"
#include "migrations/task/tasks.h"

/* Renders a task from its state. STATUS_CORRUPT for a damaged body. Any thread. */
MUST_USE enum status task_row_from_state(
    struct ledger *log,
    const struct task_state_view *state,
    struct arena *arena,
    struct task_row *out,
    struct error *error);

/* Answers a command with the task as it then is; `answer` is its struct task_state_view. */
void task_answer_state(struct call *call, const void *answer);

/* The reason of a cancellation, read from where the state says it stands; absent for none. */
MUST_USE enum status task_cancel_reason(
    struct ledger *log,
    int64_t cancelled_size,
    struct arena *arena,
    struct text *out,
    struct error *error);

#endif
