/*
 * The server, as the agent asks it: JSON over core/web, in the node's name, with what an answer means
 * for whoever asked.
 *
 *   api_client_ask ─► POST /api/v1… ─► api_reply: done, refused, or later
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_API_CLIENT_H
#define API_NODE_AGENT_API_CLIENT_H

#include "api/node_agent/identity.h"
#include "core/web/web_socket.h"

struct loop;
struct api_client;
struct api_call;

enum api_verdict {
    API_DONE,    /* 2xx */
    API_REFUSED, /* for good: asking again would not help */
    API_UNKNOWN, /* the server does not know this agent; only an operator can help */
    API_LATER    /* no answer, too many requests, trouble of the server's */
};

struct api_reply {
    enum api_verdict verdict;
    int status;          /* 0: no answer */
    struct text body;    /* JSON; absent without it */
    struct text message; /* why not, in plain words */
    struct arena *arena; /* of the reply */
};

typedef void api_done(void *context, const struct api_reply *reply);

struct api_request {
    const char *path; /* below /api/v1 */
    struct text body; /* JSON; absent: GET */
    const char *key;  /* the same for each attempt at one thing; or NULL */
    int64_t timeout_us;
    bool is_raw; /* what is answered is no JSON, but a file */
};

enum { API_TIMEOUT_S = 20 };

/* Of requests without a node's name, `identity` is NULL. Given to the caller; statuses of web_new(). */
MUST_USE enum status api_client_new(
    struct loop *loop,
    struct text api_url,
    const char *ca_file,
    const struct identity *identity,
    struct api_client **out,
    struct error *error);
void api_client_free(struct api_client *client); /* accepts NULL */

/* `done` is called once, on the loop; what it gets is borrowed. */
struct api_call *api_client_ask(
    struct api_client *client, const struct api_request *request, api_done *done, void *context);

/* Ends it without a word. Not after `done`. Accepts NULL. */
void api_call_cancel(struct api_call *call);

/* A WebSocket to the same server; `path` is one of the server's own, not of its API. */
struct web_socket *api_client_open_socket(
    struct api_client *client,
    const char *path,
    int64_t timeout_us,
    const struct web_socket_listener *listener,
    void *context);

#endif
