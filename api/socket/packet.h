/*
 * Packets of Socket.IO 5 inside messages of Engine.IO 4: what clients send, read; what they are sent,
 * written. Pure.
 *
 *   "4" "2" "/agent-realtime," "7" ["agent.ping",{…}]
 *    │   │   namespace, none    │   name and the one argument
 *    │   │   for "/"            └── its acknowledgement is wanted by this number
 *    │   └── EVENT
 *    └── a message
 *
 * Protocols: github.com/socketio/engine.io-protocol (4), github.com/socketio/socket.io-protocol (5).
 * Packets with attachments (types 5 and 6) are used by none of the clients, and refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_PACKET_H
#define API_SOCKET_PACKET_H

#include "core/base/arena.h"
#include "core/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* The first sign of a packet of Engine.IO. */
enum engine_packet {
    ENGINE_OPEN = '0',
    ENGINE_CLOSE = '1',
    ENGINE_PING = '2',
    ENGINE_PONG = '3',
    ENGINE_MESSAGE = '4',
    ENGINE_UPGRADE = '5',
    ENGINE_NOOP = '6'
};

/* What a message of Engine.IO is, in Socket.IO. */
enum packet_type {
    PACKET_CONNECT,
    PACKET_DISCONNECT,
    PACKET_EVENT,
    PACKET_ACK,
    PACKET_CONNECT_ERROR
};

struct packet {
    struct text whole; /* as it came, borrowed */
    enum packet_type type;
    struct text namespace; /* "/" where none is named */
    int64_t ack;           /* INT64_ABSENT: none */
    struct text name;      /* of an event, its escapes resolved */
    struct text data; /* JSON as it came: the first thing that an event carries ("{}" where there
                              is none), or a connection's credentials; absent for none */
};

/* Reads what follows the sign of a message. False: it breaks the protocol, and the connection should
 * end. What is not in `text` lies in the arena. */
bool packet_read(struct text text, struct arena *arena, struct packet *out);

/* Append a whole message; `data` is JSON, absent for none. */
void packet_write(
    struct buf *out, enum packet_type type, struct text namespace, int64_t ack, struct text data);
/* An event: `data` is its argument. */
void packet_write_event(struct buf *out, struct text namespace, const char *name, struct text data);
/* An acknowledgement: `data` is its argument. */
void packet_write_ack(struct buf *out, struct text namespace, int64_t ack, struct text data);

#endif
