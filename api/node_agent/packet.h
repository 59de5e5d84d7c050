/*
 * Packets of Engine.IO 4 and Socket.IO 5 on a WebSocket, one a message, for a client of one namespace.
 *
 *   0{"pingInterval":25000,…}               open            2   ping        3   pong
 *   40/agent-realtime,{"sid":"…"}           connected       44/agent-realtime,{"message":"…"}   refused
 *   42/agent-realtime,["agent.ping",{…}]    event           41/agent-realtime,                  gone
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_PACKET_H
#define API_NODE_AGENT_PACKET_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/shape/shape.h"

enum packet_kind {
    PACKET_OPEN,
    PACKET_PING,
    PACKET_CONNECTED,
    PACKET_REFUSED,
    PACKET_GONE,
    PACKET_EVENT,
    PACKET_IGNORED, /* of another namespace, or an answer that nobody asked for */
    PACKET_MALFORMED
};

struct packet {
    enum packet_kind kind;
    struct text name; /* of an event */
    struct text
        payload; /* JSON: of an event its first argument, else what stands behind; or absent */
};

/* Reads a message; what it points at lies in the arena. */
void packet_read(
    struct text message, const char *name_space, struct arena *arena, struct packet *out);

/* Append packets. */
void packet_write_connect(const char *name_space, struct buf *out);
void packet_write_event(
    const char *name_space,
    const char *name,
    const struct shape *shape,
    const void *value,
    struct buf *out);

#endif
