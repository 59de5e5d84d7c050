/*
 * That the node is there, and how it is: heartbeats and measurements, over the socket where it is live,
 * by HTTP where it is not.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_PRESENCE_H
#define API_NODE_AGENT_PRESENCE_H

#include "api/node_agent/agent.h"

struct presence;
struct realtime;

/* From the loop's first turn on. Given to the caller. */
struct presence *presence_new(struct agent *agent, struct realtime *realtime);

/* The socket is live, or is no more: both are told anew, the other way. */
void presence_renew(struct presence *presence);

void presence_free(struct presence *presence); /* accepts NULL */

#endif
