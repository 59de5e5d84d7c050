/*
 * Messages of WebSockets (RFC 6455, section 5) as the bytes that a server sends, made once on any thread and
 * shared by all connections that they go to.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_WEBSOCKET_FRAME_H
#define CORE_HTTP_WEBSOCKET_FRAME_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stdint.h>

struct http_server;

/* An encoded frame, counted by those who keep it. It never changes. */
struct websocket_frame;

enum websocket_opcode {
    WEBSOCKET_TEXT = 1,
    WEBSOCKET_BINARY = 2,
    WEBSOCKET_CLOSE = 8,
    WEBSOCKET_PING = 9,
    WEBSOCKET_PONG = 10
};

/* One whole message: not masked, not fragmented. Copies the payload. Kept by the caller. Any thread. */
struct websocket_frame *websocket_frame_new(enum websocket_opcode opcode, struct text payload);

/* A close frame that says why (RFC 6455, section 7.4); without a body where `code` is 0. The reason is
 * cut to the 123 bytes that there is room for. */
struct websocket_frame *websocket_frame_close(int code, struct text reason);

/* One more keeper, and one less: the last one frees it. Any thread. */
struct websocket_frame *websocket_frame_keep(struct websocket_frame *frame);
void websocket_frame_release(struct websocket_frame *frame);

/* It begins to wait for a peer: its bytes count among those that the server holds, once for however many peers.
 * False: that is more than the server can hold. Each call, whatever it gave, is followed by one of
 * websocket_frame_end_wait(). Any thread. */
bool websocket_frame_wait(struct websocket_frame *frame, struct http_server *server);
void websocket_frame_end_wait(struct websocket_frame *frame, struct http_server *server);

struct bytes websocket_frame_bytes(const struct websocket_frame *frame);
/* What was given to websocket_frame_new(). Borrowed from the frame. */
struct text websocket_frame_payload(const struct websocket_frame *frame);

#endif
