/*
 * What a connection asks of the WebSocket that it has become.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_WEBSOCKET_INTERNAL_H
#define CORE_HTTP_WEBSOCKET_INTERNAL_H

#include "core/http/websocket.h"

enum { WEBSOCKET_GOING_AWAY = 1001 }; /* RFC 6455, section 7.4.1 */

struct http_server;
struct http_wire;

/* Given to the connection that will carry it. */
struct websocket *websocket_new(
    struct http_server *server,
    struct loop *loop,
    const struct websocket_handler *handler,
    void *owner);

/* What it goes over; `wake` asks for a step on the next turn. Both borrowed until websocket_free(). */
void websocket_attach(
    struct websocket *socket, struct http_wire *wire, void (*wake)(void *context), void *context);

enum websocket_step {
    WEBSOCKET_GOES_ON,
    WEBSOCKET_IS_DONE, /* both sides have said goodbye, and all is sent */
    WEBSOCKET_IS_LOST  /* there is nobody to say it to */
};

/* Takes in what has come, as far as the owner takes it. */
enum websocket_step websocket_step(struct websocket *socket);

/* Tells the owner, once. */
void websocket_end(struct websocket *socket);

/* After its wire is closed. Accepts NULL. */
void websocket_free(struct websocket *socket);

#endif
