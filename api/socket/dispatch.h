/*
 * Where sockets begin.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_SOCKET_DISPATCH_H
#define API_SOCKET_DISPATCH_H

#include "api/call.h"

/* The routes of handshakes and long polls. */
void dispatch_open(struct call *call);

#endif
