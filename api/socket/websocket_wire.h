/*
 * Sessions over a WebSocket.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_WEBSOCKET_WIRE_H
#define API_SOCKET_WEBSOCKET_WIRE_H

#include "api/socket/session.h"

/* Accepts the WebSocket that the call asks for, whose handshake has no fault. The call ends with its
 * exchange, unanswered. */
void websocket_wire_open(struct call *call, const struct session_handler *handler);

#endif
