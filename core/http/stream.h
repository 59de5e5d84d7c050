/*
 * Streamed answers: bodies whose end is not known when they begin (RFC 9112, section 7.1).
 *
 *   on_request ─► http_stream_begin() in place of http_answer() ─► http_stream_send()* ─► http_stream_end()
 *                                                                        │
 *                       on_drained() ◄── the socket took all that ◄──────┘
 *
 * To HTTP/1.1 in chunks, to HTTP/1.0 until the connection ends. Whoever reads too slowly is dropped: what is
 * produced faster than it is taken must not fill the memory. All on the connection's loop.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_STREAM_H
#define CORE_HTTP_STREAM_H

#include "core/http/http.h"

struct http_stream;

struct http_stream_handler {
    /* All that was sent has been taken, after some of it had to wait. NULL for none. */
    void (*on_drained)(struct http_stream *stream, void *owner);
    /* The end, for whatever reason: the peer has gone, was too slow, the server drains, or
     * http_stream_end(). Called once, never from inside a call of ours; the stream is gone after it. */
    void (*on_end)(struct http_stream *stream, void *owner);
    size_t most_queued_bytes; /* that may wait for a slow peer */
    bool
        is_whole; /* of use only with its end: where the server drains before it, the peer sees that something is missing */
    int64_t patience_us; /* for a peer that takes nothing of what waits */
};

/* Sends the head of the answer, whose body is left aside; the exchange is ended by it, as by
 * http_answer(). NULL when the peer has gone: then nothing else is called. `handler` is borrowed as long as
 * the server lives. Not for HEAD, whose answer has no body. */
struct http_stream *http_stream_begin(
    struct http_exchange *exchange,
    const struct http_answer *head,
    const struct http_stream_handler *handler,
    void *owner);

/* Sends a piece (not empty), or queues what the socket does not take. False: too much waits already and the
 * peer is dropped, or the end has begun; on_end() will follow, or has followed. */
bool http_stream_send(struct http_stream *stream, struct text piece);

/* Bytes that wait to be taken by the socket. */
size_t http_stream_queued(const struct http_stream *stream);

/* The body ends here. Twice is once. */
void http_stream_end(struct http_stream *stream);

/* Ends it without a word, so that the peer sees that something is missing. */
void http_stream_drop(struct http_stream *stream);

/* Streams that are open, and those dropped because they were slow, of the whole server. Any thread. */
size_t http_server_streams(const struct http_server *server);
size_t http_server_slow_streams(const struct http_server *server);

#endif
