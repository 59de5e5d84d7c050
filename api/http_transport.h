/*
 * Calls that come as HTTP requests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_HTTP_TRANSPORT_H
#define API_HTTP_TRANSPORT_H

#include "api/call.h"

/* The call is the owner of its exchange. */
extern const struct transport http_transport;

#endif
