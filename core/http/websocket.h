/*
 * WebSockets (RFC 6455) on connections of core/http: a request that asks for one is accepted instead of
 * answered, and its connection then carries messages.
 *
 *   on_request ─► websocket_ask() ─► websocket_accept() ─► on_message, on_message, … ─► on_end
 *                                                │
 *                websocket_send(), websocket_close() ─► socket
 *
 * Strict: frames of clients are masked, texts are UTF-8, reserved bits, unknown opcodes and close codes
 * that nobody may send end the connection with the code that the RFC names. Extensions are not accepted.
 * All on the connection's loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_WEBSOCKET_H
#define CORE_HTTP_WEBSOCKET_H

#include "core/http/http.h"
#include "core/http/websocket_frame.h"

struct websocket;

enum websocket_wish {
    WEBSOCKET_NOT_WISHED, /* an ordinary request */
    WEBSOCKET_WISHED,     /* a handshake without fault */
    WEBSOCKET_FAULTY,     /* a handshake that the RFC refuses: 400 */
    WEBSOCKET_OTHER       /* of another version than 13: 426, with Sec-WebSocket-Version */
};

/* What does the request want? Pure. */
enum websocket_wish websocket_wish(const struct http_request *request);

struct websocket_handler {
    /* A whole message; the text is borrowed for the call. Not called after websocket_close(). */
    void (*on_message)(struct websocket *socket, bool is_text, struct text message, void *owner);
    /* It takes messages again without their having to wait: its queue is empty, and was not. NULL for
     * none. */
    void (*on_drained)(struct websocket *socket, void *owner);
    /* The end, for whatever reason, also when the server ends; `code` is what the peer's close frame
     * said, 1005 without a word, 1006 without a close frame. Called once, and never from inside a call
     * of ours; the socket is gone after it. */
    void (*on_end)(struct websocket *socket, int code, void *owner);
    size_t most_message_bytes; /* 1009 beyond */
    size_t most_queued;        /* messages that wait for a slow peer; with more of them … */
    size_t most_queued_bytes;  /* … or more in them it is dropped */
    int64_t patience_us;       /* for a peer that takes nothing, or does not answer our close */
};

/* Accepts a request that websocket_wish() found faultless, in place of an answer; the exchange is ended
 * by it, as by http_answer(). NULL when the peer has gone: then nothing else is called. `handler` is
 * borrowed as long as the server lives. */
struct websocket *websocket_accept(
    struct http_exchange *exchange, const struct websocket_handler *handler, void *owner);

/* Sends a message, or what the socket does not take is queued. The frame is kept as long as needed.
 * False: too many wait already, for this peer or in all of the server, and the peer is dropped; or the end
 * has begun. on_end() will follow, or has followed. */
bool websocket_send(struct websocket *socket, struct websocket_frame *frame);

/* Messages that wait to be taken by the socket. */
size_t websocket_queued(const struct websocket *socket);

/* Reads no further message until told again: the peer is held back by its own socket. */
void websocket_pause(struct websocket *socket, bool is_paused);

/* Says goodbye after what is queued, and waits a little for the peer's own; `code` 0 for none. No
 * message is taken in or sent any more. Twice is once. */
void websocket_close(struct websocket *socket, int code, const char *reason);

/* Ends it without a word. */
void websocket_drop(struct websocket *socket);

#endif
