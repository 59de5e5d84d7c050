/*
 * Messages of sockets as calls: the rows of message_catalog are routes, whose path is namespace and name and
 * whose input is the payload, so that who may, what is right, limits, orders and answers are decided where those
 * of HTTP are.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_SOCKET_CALL_H
#define API_SOCKET_SOCKET_CALL_H

#include "api/socket/socket.h"

enum { SOCKET_HEADERS = 3 };

struct socket_call {
    struct call call; /* first */
    struct socket *socket;
    struct text name;            /* as in its row */
    int64_t ack;                 /* INT64_ABSENT: nobody waits for an acknowledgement */
    bool is_connect;             /* the answer decides whether the socket is let in */
    const struct error *failure; /* NULL: none */
    struct http_request request;
    struct http_header headers[SOCKET_HEADERS];
    struct param params[1];
};

/* The message of a call that came from a socket. */
struct socket_call *socket_call_of(struct call *call);

/* Runs what the row for this message says. False: no row knows it. `data` is copied. */
MUST_USE bool socket_call_run(
    struct socket *socket, struct text name, int64_t ack, struct text data, bool is_connect);

/* Acknowledges it, if that was asked for. */
void socket_call_acknowledge(struct socket_call *message, struct text data);

#endif
