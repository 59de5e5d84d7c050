/*
 * What sessions go over, and what their wires tell them. On the session's loop.
 *
 *   WebSocket (websocket_wire.c) ─┐
 *                                 ├─► session_take(), session_end()
 *   long polls (polling.c) ───────┘
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_SESSION_WIRE_H
#define API_SOCKET_SESSION_WIRE_H

#include "api/socket/session.h"

enum {
    SESSION_MOST_QUEUED = 128, /* messages that wait for a slow peer … */
    SESSION_MOST_QUEUED_BYTES = 8 << 20
};

/* No function calls session_end() before it has returned. */
struct session_wire {
    /* Sends it, or keeps it until the peer takes it; a peer that is too slow is dropped. */
    void (*send)(struct session *session, struct websocket_frame *frame);
    /* Takes no packet from the peer until told again. */
    void (*hold)(struct session *session, bool is_held);
    /* Ends it after what has been sent, … */
    void (*close)(struct session *session);
    /* … or without a word. */
    void (*drop)(struct session *session);
};

/* One for whoever asks for it in the call; its wire keeps it until session_end(). `handler` is borrowed for
 * good. */
struct session *session_new(
    const struct call *call,
    const struct session_handler *handler,
    const struct session_wire *wire,
    void *carrier);

/* It begins: sends the packet "open", which says how much the peer may send at once. */
void session_open(struct session *session, int most_bytes);

/* A packet of the peer's. */
void session_take(struct session *session, struct text packet);

/* Its wire has ended, and lets go of it. */
void session_end(struct session *session);

#endif
