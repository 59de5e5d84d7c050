/*
 * Answers that wait for the end of a task, at most ten seconds, then tell how it stands.
 *
 *   order ─► writer ─► [waits on its loop] ──ended, or time is over──► worker ─► read ─► shown
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TASK_AWAITED_H
#define API_TASK_AWAITED_H

#include "api/call.h"
#include "api/task/task_view.h"

/* Waits until the task has ended, then shows it. The call's loop. */
void awaited_wait(
    struct call *call,
    struct uuid task_id,
    void (*show)(struct call *call, const struct task_row *task));

/* Shows the task as it stands once the change is visible. The call's loop. */
void awaited_show(
    struct call *call,
    struct uuid task_id,
    void (*show)(struct call *call, const struct task_row *task));

bool task_is_over(const struct task_row *task);

#endif
