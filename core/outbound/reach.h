/*
 * Which addresses a call may reach whose host others have named: asked of the very address that is about to be connected
 * to, so that no name can stand for one address when it is looked at and for another one afterwards.
 *
 *   REACH_NETWORK   whoever runs the installation has named it: everything but addresses of the link
 *                   (169.254.0.0/16, fe80::/10), where clouds hand out secrets
 *   REACH_PUBLIC    users have named it: what the whole internet reaches, and what is allowed beside
 *
 * An IPv4 address inside of an IPv6 address (mapped, NAT64) counts as itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_OUTBOUND_REACH_H
#define CORE_OUTBOUND_REACH_H

#include "core/http/address.h"

enum reach { REACH_NETWORK, REACH_PUBLIC };

enum reach_answer { REACH_FINE, REACH_LINK, REACH_PRIVATE };

/* `allowed` is asked for REACH_PUBLIC only. */
enum reach_answer
reach_ask(enum reach reach, const struct http_networks *allowed, const struct sockaddr *to);

#endif
