/*
 * Where sockets begin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "api/socket/dispatch.h"

const struct route socket_routes[] = {
    {.method = "GET",
     .path = "/socket.io",
     .is_at_root = true,
     .doc = "Opens a connection of Socket.IO, by an upgrade to WebSocket.",
     .tag = "socket",
     .who = WHO_ANYONE,
     .throttle = THROTTLE_NONE,
     .status = 200,
     .handle = dispatch_open,
     .reply.media_type = "text/plain"},
    {.method = NULL},
};
