/*
 * One question to the server, for straight-line code of a command: it waits for the answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_ASKING_H
#define API_NODE_AGENT_ASKING_H

#include "api/node_agent/agent_settings.h"
#include "api/node_agent/api_client.h"

/* Who asks whom. */
struct asking {
    const struct agent_settings
        *settings;                   /* whose API_URL says where the server is, if it does … */
    const struct identity *identity; /* … else this; NULL: in no node's name */
};

/* The body of the answer, in the arena. STATUS_FORBIDDEN where the server refuses, STATUS_UNAVAILABLE where it does
 * not answer or asks to come again. */
MUST_USE enum status asking_once(
    const struct asking *asking,
    const struct api_request *request,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* The same, up to so many times, with growing pauses: a server that is being restarted is no reason to fail. */
MUST_USE enum status asking_patiently(
    const struct asking *asking,
    const struct api_request *request,
    int most_tries,
    struct arena *arena,
    struct text *out,
    struct error *error);

#endif
