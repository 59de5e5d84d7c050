/*
 * The PROXY protocol, version 2 (binary): what a load balancer that passes bytes on says of its
 * client, before anything else on a connection. Pure.
 *
 *   0            12     13      14        16
 *   ┌────────────┬──────┬───────┬─────────┬───────────────────────────┬─────────────┐
 *   │ signature  │ 2│cmd│ family│  length │ addresses, by the family  │ TLVs        │
 *   └────────────┴──────┴───────┴─────────┴───────────────────────────┴─────────────┘
 *                                          ◄──────────── length ────────────────────►
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_PROXY_HEADER_H
#define CORE_HTTP_PROXY_HEADER_H

#include "core/http/address.h"

enum {
    HTTP_PROXY_FIXED = 16, /* bytes up to the addresses */
    HTTP_PROXY_LARGEST =
        2048 /* of a whole header; the protocol allows 65,551, and nobody sends it */
};

/* How long the header is, from its first 16 bytes; 0 when this is none, or too long a one. */
size_t http_proxy_header_size(const uint8_t fixed[HTTP_PROXY_FIXED]);

/* A whole header. Its client goes to `address`, which is left alone where the header speaks of the
 * proxy itself (LOCAL) or of no address. False when it is malformed. */
MUST_USE bool http_proxy_header_parse(struct bytes header, struct http_address *address);

#endif
