/*
 * The process between the agent and a program that it runs: it ends with the program, and the program
 * ends with the agent.
 *
 *   agent ──order, then silence──► [keeper] ──► program and all that it starts: one process group
 *     └── closes its end, or dies ──► SIGTERM to the group, SIGKILL after KEEPER_GRACE_S
 *
 * For what runs as root the keeper is root too (root_helper.h): the agent could not signal it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_KEEPER_H
#define API_NODE_AGENT_KEEPER_H

#include "api/node_agent/work_order.h"
#include "core/base/error.h"

struct arena;

enum { KEEPER_GRACE_S = 5, KEEPER_NOT_STARTED = 126 };

/* The first line of standard input, in the arena. STATUS_INVALID where there is none within bounds. */
MUST_USE enum status keeper_read_line(struct arena *arena, struct text *out, struct error *error);

/* Reads an order from standard input. Statuses as above. */
MUST_USE enum status
keeper_read_order(struct arena *arena, struct work_order *out, struct error *error);

/* Runs it until it ends, or until standard input does. Gives its exit code, or KEEPER_NOT_STARTED and
 * the error; of a program that died by a signal the process dies by the same one. Main thread of a
 * process without others. */
int keeper_run(const struct work_order *order, struct error *error);

#endif
