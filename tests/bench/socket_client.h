/*
 * One WebSocket to a server on the loopback, and Socket.IO on it: whole text messages. Pings of Engine.IO are
 * answered.
 *
 *   socket_client_open() ─► socket_client_join() ─► say, hear … ─► socket_client_close()
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_BENCH_SOCKET_CLIENT_H
#define TESTS_BENCH_SOCKET_CLIENT_H

#include "tests/bench/http_client.h"

/* Where the server's Socket.IO is. */
#define SOCKET_CLIENT_PATH "/socket.io/?EIO=4&transport=websocket"

struct socket_client {
    struct http_client http; /* whose connection and input it takes over */
    size_t taken;            /* of the input */
};

/* Shakes hands at a path; NULL: frames come at once, without a word. socket_client_close() in any case. */
MUST_USE enum status
socket_client_open(struct socket_client *client, int port, const char *path, struct error *error);
void socket_client_close(struct socket_client *client);

/* Comes into a namespace, by `auth` (JSON, or ""). STATUS_INVALID when it is refused. */
MUST_USE enum status socket_client_join(
    struct socket_client *client, const char *name, const char *auth, struct error *error);

/* Sends a message, and waits as long as the server holds it back, at most ten seconds. */
MUST_USE enum status
socket_client_say(struct socket_client *client, struct text message, struct error *error);

/* The next message that has come, absent when there is none yet. Borrowed until the next call. */
MUST_USE enum status
socket_client_hear(struct socket_client *client, struct text *out, struct error *error);

/* The next one that begins so; others are passed over. STATUS_TIMED_OUT after ten seconds. */
MUST_USE enum status socket_client_await(
    struct socket_client *client, const char *beginning, struct text *out, struct error *error);

#endif
