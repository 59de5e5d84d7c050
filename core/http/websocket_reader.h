/*
 * What a client sends on a WebSocket, put together to messages (RFC 6455, sections 5 and 7.4): frames are read by
 * wslay, the rules above them are kept here. Touches no socket.
 *
 *   bytes ─► websocket_reader_next() ─► message, ping, pong, close ─► websocket.c
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_WEBSOCKET_READER_H
#define CORE_HTTP_WEBSOCKET_READER_H

#include "core/http/websocket_frame.h"

#include <stdbool.h>

struct websocket_reader;

/* Where bytes come from: copies up to `size` of them, 0 for none at the moment. */
typedef size_t websocket_source(void *context, uint8_t *into, size_t size);

/* Given to the caller. A message longer than `most_bytes` is refused. */
struct websocket_reader *
websocket_reader_new(size_t most_bytes, websocket_source *source, void *context);
void websocket_reader_free(struct websocket_reader *reader); /* accepts NULL */

enum websocket_event {
    WEBSOCKET_NOTHING, /* until more bytes come */
    WEBSOCKET_MESSAGE, /* text or binary, as `opcode` says */
    WEBSOCKET_PINGED,  /* to be answered by a pong of this payload */
    WEBSOCKET_PONGED,
    WEBSOCKET_CLOSED,  /* the peer says goodbye, with `code`; 1005 for none */
    WEBSOCKET_VIOLATED /* the peer broke a rule: `code` and `reason` to close with */
};

struct websocket_reading {
    enum websocket_event event;
    enum websocket_opcode opcode;
    struct text payload; /* borrowed until the next call */
    int code;
    const char *reason;
};

/* The next thing that the peer said. Nothing more after a goodbye or a broken rule. */
struct websocket_reading websocket_reader_next(struct websocket_reader *reader);

/* Bytes of the message that is not whole yet. */
size_t websocket_reader_held(const struct websocket_reader *reader);

#endif
