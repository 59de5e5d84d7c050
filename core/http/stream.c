/*
 * Streams.
 *
 *   http_stream_begin ─► sending ── http_stream_end ─► ended ── the connection goes on
 *                           └── too slow, dropped, the peer's end ──► lost
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/stream.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/http/http_internal.h"
#include "core/http/stream_internal.h"
#include "core/http/wire.h"

#include <stdio.h>

enum { LONGEST_SIZE = 20 }; /* of a chunk, in hexadecimal digits, with its line's end */

struct http_stream {
    struct http_server *server;
    struct loop *loop;
    bool is_chunked;
    const struct http_stream_handler *handler;
    void *owner;
    struct http_wire *wire;
    void (*wake)(void *context);
    void *wake_context;
    struct loop_timer *timer; /* of patience; NULL until something waits */
    size_t unsent_before;
    size_t held; /* of what waits, that the server counts */
    bool is_watched;
    bool has_waited; /* something did, since the owner was told that nothing does */
    bool has_ended;
    bool is_lost;
};

struct http_stream *http_stream_new(
    struct http_server *server,
    struct loop *loop,
    bool is_chunked,
    const struct http_stream_handler *handler,
    void *owner)
{
    struct http_stream *stream = heap_new(sizeof(*stream));

    stream->server = server;
    stream->loop = loop;
    stream->is_chunked = is_chunked;
    stream->handler = handler;
    stream->owner = owner;
    atomic_fetch_add(&server->streams, 1);
    return stream;
}

void http_stream_attach(
    struct http_stream *stream, struct http_wire *wire, void (*wake)(void *context), void *context)
{
    stream->wire = wire;
    stream->wake = wake;
    stream->wake_context = context;
}

static void lose(struct http_stream *stream)
{
    stream->is_lost = true;
    stream->wake(stream->wake_context);
}

static void lose_slow(struct http_stream *stream)
{
    atomic_fetch_add(&stream->server->slow_streams, 1);
    lose(stream);
}

static void watch(struct http_stream *stream);

/* Patience is at an end, unless the peer has taken something meanwhile. */
static void on_timer(void *context)
{
    struct http_stream *stream = context;
    size_t unsent = http_wire_unsent(stream->wire);

    stream->is_watched = false;
    if (unsent > 0 && unsent >= stream->unsent_before)
        lose_slow(stream);
    else
        watch(stream);
}

static void watch(struct http_stream *stream)
{
    size_t unsent = http_wire_unsent(stream->wire);

    if (stream->is_watched || unsent == 0)
        return;
    if (stream->timer == NULL)
        stream->timer = loop_timer_new(stream->loop, on_timer, stream);
    stream->unsent_before = unsent;
    stream->is_watched = true;
    loop_timer_set(stream->timer, stream->handler->patience_us);
}

static void send_piece(struct http_stream *stream, struct text piece)
{
    char size[LONGEST_SIZE];

    if (!stream->is_chunked) {
        http_wire_send(stream->wire, piece, text_lit(""), NULL);
        return;
    }
    (void)snprintf(size, sizeof(size), "%zx\r\n", piece.size);
    http_wire_send(stream->wire, text_from(size), piece, NULL);
    http_wire_send(stream->wire, text_lit("\r\n"), text_lit(""), NULL);
}

/* Counts what waits. False: the server holds too much. */
static bool hold_unsent(struct http_stream *stream)
{
    return http_server_hold(stream->server, &stream->held, http_wire_unsent(stream->wire));
}

bool http_stream_send(struct http_stream *stream, struct text piece)
{
    must(loop_is_here(stream->loop) && piece.size > 0);
    if (stream->is_lost || stream->has_ended)
        return false;
    if (http_wire_unsent(stream->wire) > stream->handler->most_queued_bytes) {
        lose_slow(stream);
        return false;
    }
    send_piece(stream, piece);
    stream->has_waited = stream->has_waited || http_wire_unsent(stream->wire) > 0;
    watch(stream);
    if (hold_unsent(stream))
        return true;
    lose_slow(stream);
    return false;
}

size_t http_stream_queued(const struct http_stream *stream)
{
    return http_wire_unsent(stream->wire);
}

void http_stream_end(struct http_stream *stream)
{
    must(loop_is_here(stream->loop));
    if (stream->is_lost || stream->has_ended)
        return;
    stream->has_ended = true;
    if (stream->is_chunked)
        http_wire_send(stream->wire, text_lit("0\r\n\r\n"), text_lit(""), NULL);
    stream->wake(stream->wake_context);
}

void http_stream_drop(struct http_stream *stream)
{
    must(loop_is_here(stream->loop));
    lose(stream);
}

void http_stream_drain(struct http_stream *stream)
{
    if (stream->handler->is_whole && !stream->has_ended)
        lose(stream);
    else
        http_stream_end(stream);
}

static void tell_drained(struct http_stream *stream)
{
    if (!stream->has_waited || http_wire_unsent(stream->wire) > 0)
        return;
    stream->has_waited = false;
    if (stream->handler->on_drained != NULL && !stream->has_ended && !stream->is_lost)
        stream->handler->on_drained(stream, stream->owner);
}

enum http_stream_step http_stream_step(struct http_stream *stream)
{
    (void)hold_unsent(stream);
    tell_drained(stream);
    if (stream->is_lost || (http_wire_has_ended(stream->wire) && !stream->has_ended))
        return HTTP_STREAM_IS_LOST;
    return stream->has_ended ? HTTP_STREAM_IS_DONE : HTTP_STREAM_GOES_ON;
}

void http_stream_free(struct http_stream *stream)
{
    if (stream == NULL)
        return;
    loop_timer_free(stream->timer);
    atomic_fetch_sub(&stream->server->streams, 1);
    (void)http_server_hold(stream->server, &stream->held, 0);
    stream->handler->on_end(stream, stream->owner);
    heap_free(stream);
}

size_t http_server_streams(const struct http_server *server)
{
    return server->streams;
}

size_t http_server_slow_streams(const struct http_server *server)
{
    return server->slow_streams;
}
