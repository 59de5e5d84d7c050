/*
 * Requests of Engine.IO: handshakes, and long polls of sessions that go by them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_HANDSHAKE_H
#define API_SOCKET_HANDSHAKE_H

#include "api/socket/session.h"

/* GET and POST /socket.io: opens a session, or takes and gives its packets. `handler` is borrowed for
 * good. */
void handshake_take(struct call *call, const struct session_handler *handler);

#endif
