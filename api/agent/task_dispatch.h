/*
 * Tasks that come to agents on their sockets, where REALTIME_DISPATCH says so, beside the claims that agents
 * make themselves (claim.h):
 *
 *   agent.auth ─► [ask] ──task──► [read it] ─► task.dispatch ─► [wait: its end] ─┐
 *                  ▲ └──none──► [wait: work for the node] ──────────────────────┤
 *                  └────────────────────────────────────────────────────────────┘
 *
 * A task is sent once its claim is on record, under a lease like any: whoever claims beside gets another one,
 * and one that does not arrive is given out again. One at a time, and none to an agent that is at work.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_TASK_DISPATCH_H
#define API_AGENT_TASK_DISPATCH_H

#include "api/socket/socket.h"

struct task_dispatch;

extern const struct shape task_dispatch_shape;

/* For an agent that has just shown its credential; anew for one that had done so before. Its loop. */
void task_dispatch_begin(struct socket *socket);

/* The agent is gone, or another one. What is under way for it is given back. Its loop. */
void task_dispatch_end(struct socket *socket);

#endif
