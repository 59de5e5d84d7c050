/*
 * A request becomes a WebSocket, or has a stream for its answer: its exchange ends, its connection goes on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/http/http_internal.h"
#include "core/http/stream_internal.h"
#include "core/http/websocket_handshake.h"
#include "core/http/websocket_internal.h"

enum { MOST_HEAD_BYTES = 512 };

struct websocket *websocket_accept(
    struct http_exchange *exchange, const struct websocket_handler *handler, void *owner)
{
    struct http_listener *listener = exchange->listener;
    AUTO_BUF head = {0};
    struct websocket *socket;

    must(loop_is_here(listener->loop));
    http_exchange_take_back(exchange);
    if (exchange->connection == NULL) {
        loop_defer(listener->loop, &exchange->destroy_message);
        return NULL;
    }
    socket = websocket_new(listener->server, listener->loop, handler, owner);
    buf_init(&head, MOST_HEAD_BYTES);
    websocket_handshake_answer(&exchange->request, &head);
    http_connection_upgrade(exchange->connection, socket, buf_text(&head));
    return socket;
}

struct http_stream *http_stream_begin(
    struct http_exchange *exchange,
    const struct http_answer *head,
    const struct http_stream_handler *handler,
    void *owner)
{
    struct http_listener *listener = exchange->listener;
    bool is_chunked = !exchange->request.is_http10;
    struct http_stream *stream;

    must(loop_is_here(listener->loop));
    http_exchange_take_back(exchange);
    if (exchange->connection == NULL) {
        loop_defer(listener->loop, &exchange->destroy_message);
        return NULL;
    }
    stream = http_stream_new(listener->server, listener->loop, is_chunked, handler, owner);
    http_connection_stream(exchange->connection, stream, head);
    return stream;
}
