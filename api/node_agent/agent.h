/*
 * The running agent: what its parts share, all on one loop.
 *
 *   agent_run ─► work (claims, tasks) · realtime (the socket) · presence · terminals
 *   SIGTERM ─► tasks end, their ends are told ─► the loop ends
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_AGENT_H
#define API_NODE_AGENT_AGENT_H

#include "api/node_agent/agent_settings.h"
#include "api/node_agent/api_client.h"
#include "api/node_agent/journal.h"
#include "api/node_agent/machine.h"

struct loop;
struct root_access;

/* Borrowed by all parts until the loop has ended. */
struct agent {
    const struct agent_settings *settings;
    const struct identity *identity;
    struct machine machine;
    struct json labels; /* that it reports; absent: it does not */
    struct loop *loop;
    struct api_client *client;
    struct journal *journal;
    struct root_access *root_access;
    const char *program;        /* its own, by its path */
    char start[UUID_TEXT_SIZE]; /* names this run of the agent */
};

/* Runs until SIGTERM or SIGINT, or until its program was replaced: then it is to begin anew. STATUS_OK after an orderly
 * end; else why it could not begin. */
MUST_USE enum status agent_run(
    const struct agent_settings *settings,
    const struct identity *identity,
    bool *out_is_to_begin_anew,
    struct error *error);

#endif
