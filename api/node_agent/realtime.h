/*
 * The agent's socket to the server: kept open, authenticated, and with a queue for what is sent, so that
 * nothing is lost while it is away but what is worth nothing later.
 *
 *            opened          joined            known
 *   DIALLING ──────► OPENED ───────► JOINED ─────────► LIVE
 *      ▲                │               │                │
 *      │ back-off       ▼               ▼                ▼
 *      └────────────── AWAY ◄── too late, refused, closed, or no ping for too long
 *
 * It sleeps in DIALLING, OPENED and JOINED for the server, ten seconds for all three; in LIVE for
 * either side; in AWAY for a timer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_REALTIME_H
#define API_NODE_AGENT_REALTIME_H

#include "api/node_agent/agent.h"

struct realtime;

enum { REALTIME_QUEUE = 1024, REALTIME_QUEUE_BYTES = 4 << 20 };

/* Called on the loop. */
struct realtime_listener {
    /* It is live, and what it may do as root is what the server wants; or it is no more. */
    void (*changed)(void *context, bool is_live);
    /* An event of the server's, its payload as JSON. */
    void (*event)(void *context, struct text name, struct text payload, struct arena *arena);
    /* The queue was full, and has room again. */
    void (*room)(void *context);
};

/* From the loop's first turn on. Given to the caller. */
struct realtime *
realtime_new(struct agent *agent, const struct realtime_listener *listener, void *context);
void realtime_free(struct realtime *realtime); /* accepts NULL */

bool realtime_is_live(const struct realtime *realtime);

/* Has all that was sent left, as far as it can? */
bool realtime_is_drained(const struct realtime *realtime);

/* Says anew who the agent is and what it may do as root; where it is not live, nothing. */
void realtime_introduce(struct realtime *realtime);

/* Sends an event, or keeps it until the socket is live. False when the queue is full: then it is for the
 * caller to wait for room. */
MUST_USE bool realtime_send(
    struct realtime *realtime, const char *name, const struct shape *shape, const void *value);

/* The same for what is worth nothing later: nothing where it is not live, or the queue is not empty. */
void realtime_send_now(
    struct realtime *realtime, const char *name, const struct shape *shape, const void *value);

#endif
