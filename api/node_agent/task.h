/*
 * One task of the node, from its claim until the server knows its end.
 *
 *                       heard                 ends, or is ended              heard
 *   [claimed] STARTING ───────► RUNNING ────────────────────────► ENDED ──────────────► gone
 *                 │ refused, so it never runs                       ▲                     ▲
 *                 └─────────────────────────────────────────────────┼─────────────────────┘
 *   [left by an earlier run of the agent] ──────────────────────────┘
 *
 * It sleeps in STARTING and ENDED for the server's answer (reports.h), in RUNNING for the program: its
 * output, its end, its time, or an operator who cancels it. Nothing runs before the server has heard
 * that it will, and nothing that may have run is run again.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_TASK_H
#define API_NODE_AGENT_TASK_H

#include "api/node_agent/agent.h"

struct task;

/* As the server describes it to who claims it. */
struct claimed_task {
    struct uuid id;
    struct text type;
    struct json payload;
    int64_t timeout_seconds;
};
extern const struct shape claimed_task_shape;

/* Called on the loop when the task is to be freed, which may be done at once. */
typedef void task_gone(void *context, struct task *task);

/* Given to the caller. STATUS_FULL and others of the journal: then nothing was begun, and the server
 * gives it out again. */
MUST_USE enum status task_begin(
    struct agent *agent,
    const struct claimed_task *claimed,
    task_gone *gone,
    void *context,
    struct task **out,
    struct error *error);

/* Of what an earlier run left: its end is told, and made up where it has none. NULL where it never ran:
 * then nothing is told, and the server gives it out again. */
struct task *
task_resume(struct agent *agent, struct journal_file *file, task_gone *gone, void *context);

/* The agent is going: ends its program. */
void task_stop(struct task *task);

/* Does it hold a place among those that run at once? */
bool task_is_active(const struct task *task);

struct uuid task_id(const struct task *task);

/* What was not told stays in the journal. Accepts NULL. */
void task_free(struct task *task);

#endif
