/*
 * What a connection asks of the stream that its answer is.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_STREAM_INTERNAL_H
#define CORE_HTTP_STREAM_INTERNAL_H

#include "core/http/stream.h"

struct http_server;
struct http_wire;

/* Given to the connection that will carry it. */
struct http_stream *http_stream_new(
    struct http_server *server,
    struct loop *loop,
    bool is_chunked,
    const struct http_stream_handler *handler,
    void *owner);

/* What it goes over; `wake` asks for a step on the next turn. Both borrowed until http_stream_free(). */
void http_stream_attach(
    struct http_stream *stream, struct http_wire *wire, void (*wake)(void *context), void *context);

enum http_stream_step {
    HTTP_STREAM_GOES_ON,
    HTTP_STREAM_IS_DONE, /* its end has been sent, or lies with the wire */
    HTTP_STREAM_IS_LOST  /* there is nobody to send it to, or it was dropped */
};

enum http_stream_step http_stream_step(struct http_stream *stream);

/* The server drains: ends it, or drops what is of use only as a whole. */
void http_stream_drain(struct http_stream *stream);

/* Tells the owner, once, and frees it. Accepts NULL. */
void http_stream_free(struct http_stream *stream);

#endif
