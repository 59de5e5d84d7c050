/*
 * Where sockets begin, and where those by long polls go on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/route.h"
#include "api/socket/dispatch.h"

const struct route socket_routes[] = {
    {.method = "GET",
     .path = "/socket.io",
     .is_at_root = true,
     .doc = "Opens a session of Socket.IO by an upgrade to WebSocket or by long polls; gives what "
            "waits for the latter.",
     .tag = "socket",
     .who = WHO_ANYONE,
     .throttle = THROTTLE_NONE,
     .status = 200,
     .handle = dispatch_open,
     .reply.media_type = "text/plain"},
    {.method = "POST",
     .path = "/socket.io",
     .is_at_root = true,
     .is_own = true,
     .doc = "Takes packets of a session of Socket.IO by long polls.",
     .tag = "socket",
     .who = WHO_ANYONE,
     .throttle = THROTTLE_NONE,
     .status = 200,
     .handle = dispatch_open,
     .reply.media_type = "text/html"},
    {.method = NULL},
};
