/*
 * The node's work: what an earlier run of the agent left is told first, then tasks are claimed, one
 * after the other, as long as there are places for them and room in the journal.
 *
 *   left in the journal ─► told ─┐
 *                                ▼
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

void work_free(struct work *work); /* accepts NULL; what was not told stays in the journal */

#endif
