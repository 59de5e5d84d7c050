/*
 * The agents' namespace: one socket a node speaks for it, and is known by its loop.
 *
 *   CONNECT ─► [10 s] ── agent.auth ─► known ── ping or sample within 45 s ──► …
 *                 │                      ├── another socket of the node, its credential gone ──► put out
 *                 └── nothing said       └── silence ─► put out
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_AGENT_SOCKET_H
#define API_AGENT_AGENT_SOCKET_H

#include "api/call.h"
#include "eventlog/record.h"

/* Gives the connection a name, and the credential its digest. */
bool agent_prepare_connect(struct call *call, void *input);
/* The agent is known from now on. */
void agent_answer_connected(struct call *call, const void *answer);
extern const struct shape agent_connected_shape;

/* Acknowledgements of what agents report. */
extern const struct shape agent_ack_shape;
void agent_ping(struct call *call);
void agent_acknowledge_accepted(struct call *call, const void *answer);
void agent_acknowledge_log(struct call *call, const void *answer);
void agent_acknowledge_task(struct call *call, const void *answer);
void agent_acknowledge_sample(struct call *call, struct uuid node_id);

/* Does the record decide which connection speaks for a node? Any thread. */
bool agent_socket_is_decided(
    const struct record *record, struct uuid *out_node, struct uuid *out_connection);
/* From now on this connection of the node counts (absent: none): any other here is put out. Loop. */
void agent_socket_keep_only(struct loop_context *loop, struct uuid node, struct uuid connection);

#endif
