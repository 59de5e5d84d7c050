/*
 * The node's work: what an earlier run of the agent left is told first, then tasks are claimed, one
 * after the other, as long as there are places for them and room in the journal.
 *
 *   left in the journal ─► told ─┐                        sent by the server, by itself
 *                                ▼                             ▼
 *   claim (waits at the server) ─► task ─► claim …        no answer ─► after a while, again
 *
 * Telling comes first because a claim says that the agent was restarted: from then on the server holds
 * what ran before for lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_WORK_H
#define API_NODE_AGENT_WORK_H

#include "api/node_agent/agent.h"

struct work;

/* `idle` is called once, after work_stop(), when nothing runs and all ends are told. Given to the
 * caller. */
struct work *work_new(struct agent *agent, void (*idle)(void *context), void *context);

/* No more claims; what runs is ended. */
void work_stop(struct work *work);

/* A task that the server sends, by the payload of task.dispatch: begun as soon as there is a place for it. The
 * newest is kept for that; where its lease has ended by then the server says so, and it does not run. */
void work_take_sent(struct work *work, struct text payload, struct arena *arena);

void work_free(struct work *work); /* accepts NULL; what was not told stays in the journal */

#endif
