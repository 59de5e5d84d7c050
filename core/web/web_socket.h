/*
 * A WebSocket to the server of a client (RFC 6455): whole text messages, in both directions.
 *
 *   web_socket_new ─► connecting ─► shaking hands ─► open ─► text … ─► closed
 *                         └──────────────┴──── fails, is too late ───────┘
 *
 * Pings are answered here. A message that is no clean UTF-8, or anything the protocol forbids, closes
 * it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEB_WEB_SOCKET_H
#define CORE_WEB_WEB_SOCKET_H

#include "core/web/web.h"

struct web_socket;

enum { WEB_SOCKET_LARGEST = 1 << 20 };

/* Called on the loop. Each may free the socket. */
struct web_socket_listener {
    void (*open)(void *context);
    void (*text)(void *context, struct text message);
    void (*drained)(void *context); /* all that was sent has left */
    /* Once, for whatever reason; nothing follows. */
    void (*closed)(void *context, const char *why);
};

/* What the handshake asks for; copied. */
struct web_socket_request {
    const char *path;
    int64_t timeout_us; /* of the handshake */
    const struct web_header *headers;
    size_t header_count;
};

/* Begins to connect. Given to the caller. */
struct web_socket *web_socket_new(
    struct web *web,
    const struct web_socket_request *request,
    const struct web_socket_listener *listener,
    void *context);

/* Ends it without a word. Accepts NULL. */
void web_socket_free(struct web_socket *socket);

/* Sends a message; nothing before it is open or after it was closed. */
void web_socket_send(struct web_socket *socket, struct text message);

/* Bytes that have not left yet. */
size_t web_socket_unsent(const struct web_socket *socket);

#endif
