/*
 * A client made of nothing but a socket, for tests of servers: it sends exactly the bytes it is
 * told to. Every wait ends after ten seconds.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_PEER_H
#define TESTS_SUPPORT_PEER_H

#include "core/base/buf.h"

#include <stdbool.h>

/* A connected socket on the loopback, or -1. */
int peer_connect(int port);
int peer_connect_unix(const char *path);

/* Sends all of it; false when the server has closed. */
bool peer_send(int peer, const char *terminated);
bool peer_send_bytes(int peer, const void *data, size_t size);

/* Appends what comes up to the end of one answer, by its Content-Length (none: the head only).
 * False when the connection ended before. */
bool peer_receive_answer(int peer, struct buf *out);

/* Appends what comes until the server closes. False after ten seconds, or a reset. */
bool peer_receive_to_end(int peer, struct buf *out);

/* "I send no more." */
void peer_end(int peer);
void peer_close(int peer);
/* Closes with a reset. */
void peer_reset(int peer);

#endif
