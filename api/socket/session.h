/*
 * A session of Engine.IO 4, and the sockets of Socket.IO 5 that share it.
 *
 *   wire ─► session ─► packet ─► dispatch ─► socket (one a namespace), call ─► … ─► acknowledgement
 *    ▲       heartbeat,             namespace.h  socket_call.h
 *    └─────  order, end
 *
 * What it goes over is a wire: one WebSocket, or long polls (session_wire.h). All on one loop. What the
 * peer sends is taken in order: the next message waits until the one before is with the writer, and a
 * peer with many of them under way is held back.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_SESSION_H
#define API_SOCKET_SESSION_H

#include "api/call.h"
#include "core/http/websocket_frame.h"

enum { SOCKET_ID_SIZE = 21, MOST_NAMESPACES = 4 };

struct packet;
struct passage;
struct session;
struct session_wire;
struct socket;

/* Who makes sockets of it. */
struct session_handler {
    /* A packet; what it is made of lies in the arena. False: it breaks the protocol. */
    bool (*on_packet)(struct session *session, const struct packet *packet, struct arena *arena);
    void (*on_end)(struct session *session);
};

struct session {
    const struct session_wire *wire; /* NULL: ended */
    void *carrier;                   /* the wire's own */
    const struct session_handler *handler;
    const struct services *services;
    struct loop_context *loop;
    struct loop_timer *timer;
    char id[SOCKET_ID_SIZE];
    char *remote_address;
    char *user_agent;
    char *authorization; /* of the handshake; "" for none */
    struct socket *sockets[MOST_NAMESPACES];
    struct passage *passages[MOST_NAMESPACES]; /* of a follower, in place of sockets */
    int64_t dialled_us;  /* monotonic: a second for each passage begun, never far in the past */
    size_t under_way;    /* calls */
    size_t keepers;      /* its wire, sockets, passages, and calls under way */
    int64_t joins_by_us; /* a namespace, at the latest; monotonic */
    bool has_joined;     /* one, at some time */
    bool awaits_pong;
    bool awaits_placing; /* a call's order is not settled */
    bool is_held;        /* the peer is held back, so its silence says nothing */
};

/* A name that nobody can guess: 20 signs of Base64, safe in URLs. */
void session_make_id(char out[SOCKET_ID_SIZE]);

/* Sends a message that others are sent too. */
void session_send(struct session *session, struct websocket_frame *frame);

/* Ends it after what has been sent. */
void session_close(struct session *session);

/* It lives as long as anybody keeps it. */
struct session *session_keep(struct session *session);
void session_release(struct session *session);

/* A call of it begins, has its place in the writer's order, and has ended. */
void session_begin(struct session *session);
void session_place(struct session *session);
void session_finish(struct session *session);

/* A namespace was joined. */
void session_note_joined(struct session *session);

#endif
