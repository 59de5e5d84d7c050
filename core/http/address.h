/*
 * Internet addresses and networks: whose address a peer has, and whether a list of networks (CIDR,
 * RFC 4632) has it. Pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_HTTP_ADDRESS_H
#define CORE_HTTP_ADDRESS_H

#include "core/base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

enum { HTTP_PEER_SIZE = 46 /* the longest IPv6 address, with terminator */, HTTP_NETWORKS = 64 };

/* IPv4 stands as IPv4-mapped IPv6 (RFC 4291, section 2.5.5.2), so that both compare alike. */
struct http_address {
    bool is_unix; /* of a Unix socket: there are no bytes */
    uint8_t bytes[16];
};

/* "192.0.2.1" or "2001:db8::1", and nothing around it; false leaves `out` alone. */
MUST_USE bool http_address_parse(struct text t, struct http_address *out);
/* Where a socket's peer is. */
struct http_address http_address_of(const struct sockaddr *sockaddr);

/* As it is read; "unix" for a Unix socket. */
void http_address_print(const struct http_address *address, char out[HTTP_PEER_SIZE]);
/* What one subscriber usually has: an IPv4 address, the /64 of an IPv6 address. */
void http_address_print_block(const struct http_address *address, char out[HTTP_PEER_SIZE]);

struct http_network {
    uint8_t bytes[16];
    unsigned bits; /* of the prefix; of IPv4 networks 96 more than is written */
};

/* Plain data. All zeros: a list that has nobody. */
struct http_networks {
    struct http_network items[HTTP_NETWORKS];
    size_t count;
    bool has_unix;
};

/* A list separated by commas: addresses, networks ("10.0.0.0/8", "fd00::/8"), the word "unix" for
 * peers on Unix sockets. False when an entry is none of these, has bits behind its prefix, or there
 * are more than 64. */
MUST_USE bool http_networks_parse(struct text list, struct http_networks *out);
bool http_networks_have(const struct http_networks *networks, const struct http_address *address);

#endif
