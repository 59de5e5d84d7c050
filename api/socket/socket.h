/*
 * A socket of Socket.IO: a session's part in one namespace.
 *
 *   CONNECT ─► joining ── let in ──► joined ── DISCONNECT, the end of the session ──► left
 *                 └── refused ──► left
 *
 * On the loop of its session.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_SOCKET_H
#define API_SOCKET_SOCKET_H

#include "api/audience.h"
#include "api/socket/packet.h"
#include "api/socket/rooms.h"
#include "api/socket/session.h"

struct namespace;
struct socket_call;
struct task_dispatch;

enum socket_state { SOCKET_JOINING, SOCKET_JOINED, SOCKET_LEFT };
enum { SOCKET_WINDOWS = 4 };

struct socket {
    struct session *session; /* kept by it */
    const struct namespace *namespace;
    enum socket_state state;
    char id[SOCKET_ID_SIZE];
    char *authorization; /* "Bearer …" that it came in with; "" for none */
    struct timestamp joined_at;
    size_t keepers; /* its session, and calls under way */
    struct room_member member;
    struct listener listener; /* of a person */

    /* What it is in: of a person … */
    struct uuid user_id;
    struct uuid
        user_session; /* or the API token that they came by; absent: the token does not say */
    struct uuid workspace_id; /* of a terminal's token */
    struct uuid subject_id;   /* … its terminal, … */
    int64_t mode;             /* … and the way to attach to it; enum terminal_mode */
    /* … or of an agent, once it has shown its credential. */
    struct uuid node_id;
    struct digest credential;
    struct uuid connection_id;      /* of an agent or a screen */
    struct loop_timer *timer;       /* of the namespace; NULL: none */
    int64_t heard_us;               /* from the agent, last; monotonic */
    bool is_silent;                 /* and is put out for that */
    struct task_dispatch *dispatch; /* of an agent's tasks; NULL: it claims them itself */

    struct {
        size_t route_index;
        int64_t begun_us;
        int64_t count;
    } windows[SOCKET_WINDOWS]; /* of messages whose number is limited */
};

/* One that joins, at a place of the session that is free. */
struct socket *socket_new(struct session *session, const struct namespace *namespace, size_t index);

/* It is in its namespace no more. */
void socket_leave(struct socket *socket);

/* A packet that is no message to a socket that has joined. */
void socket_send_packet(
    struct session *session, enum packet_type type, struct text namespace, struct text data);

/* Ends every socket of the session: it has ended. */
void socket_leave_all(struct session *session);

/* A message to this one; `data` is its JSON argument. */
void socket_emit(struct socket *socket, const char *name, struct text data);
/* The same, of a value by its shape. */
void socket_emit_shape(
    struct socket *socket, const char *name, const struct shape *shape, const void *value);

/* Lets it in, or refuses it: answers a CONNECT. */
void socket_let_in(struct socket *socket);
void socket_refuse(struct socket *socket, const char *code, const char *message);

/* Puts it out: tells it, ends the socket, and the session with it if `ends_session`. */
void socket_put_out(struct socket *socket, bool ends_session);

/* Calls of it keep it. */
struct socket *socket_keep(struct socket *socket);
void socket_release(struct socket *socket);

#endif
