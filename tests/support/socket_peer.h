/*
 * The server's end of a WebSocket, played byte by byte: for tests of clients. Every wait ends after ten
 * seconds.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TESTS_SUPPORT_SOCKET_PEER_H
#define TESTS_SUPPORT_SOCKET_PEER_H

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdbool.h>

/* The next connection, or -1. */
int socket_peer_accept(int listener);

/* Answers its handshake as RFC 6455 says. False where it was none. */
bool socket_peer_shake_hands(int peer);

/* One frame, with these first bits (0x81: a whole text message). */
bool socket_peer_send_frame(int peer, unsigned first, struct text payload);
bool socket_peer_send(int peer, const char *message);

/* The next frame: its payload, unmasked, replaces what is in `out`. Its first bits, or -1. */
int socket_peer_receive(int peer, struct buf *out);

#endif
