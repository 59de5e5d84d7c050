/*
 * The opening handshake of WebSockets (RFC 6455, section 4.2): what a request wants, and the head that accepts
 * it. Pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_WEBSOCKET_HANDSHAKE_H
#define CORE_HTTP_WEBSOCKET_HANDSHAKE_H

#include "core/base/buf.h"
#include "core/http/http.h"

/* Appends the head of the answer that accepts a faultless request. */
void websocket_handshake_answer(const struct http_request *request, struct buf *out);

#endif
