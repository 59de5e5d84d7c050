/*
 * Sockets of a follower that are its leader's: terminals and agents, whose every message is an order or goes on
 * record. Each is passed on, packet by packet, over a WebSocket of its own to the leader, where it is a socket as any
 * other: the same tokens, rights, rooms and limits, and the end of one is the end of the other.
 *
 *   browser or agent ──session──► [passage] ──WebSocket──► leader
 *                                 │  CONNECT, EVENT, DISCONNECT, as they are
 *                    ◄────────────┘  … and what the leader says; its pings are answered here
 *
 * So an agent at one server and a screen at another see each other at once, with Redis or without. The leader is told
 * whose it is (X-Forwarded-For). A peer that says more than the leader takes is held back.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_PASSAGE_H
#define API_SOCKET_PASSAGE_H

#include "api/socket/packet.h"
#include "api/socket/session.h"

enum {
    PASSAGE_HANDSHAKE_S = 10,
    PASSAGE_SILENCE_S = 50, /* of the leader, which pings every 25 s */
    PASSAGE_UNSENT_BYTES = 256 << 10,
    PASSAGE_CONNECT_BYTES = 16 << 10, /* a token, and what little goes with it */
    PASSAGES_AT_ONCE = 8              /* that a session may begin, and one a second from then on */
};

/* A packet of a namespace that is the leader's, at its place among the session's. False: it breaks the protocol. */
MUST_USE bool passage_take(
    struct session *session, const char *namespace, size_t index, const struct packet *packet);

/* The session has ended. */
void passage_end_all(struct session *session);

#endif
