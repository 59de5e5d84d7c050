/*
 * Addresses that are not for everybody to reach.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/outbound/reach.h"

#include "core/base/must.h"

#include <string.h>

/* The networks of RFC 6890 and its followers that are not globally reachable. */
static const char link_networks[] = "169.254.0.0/16,fe80::/10";
static const char private_networks[] =
    "0.0.0.0/8,10.0.0.0/8,100.64.0.0/10,127.0.0.0/8,172.16.0.0/12,192.0.0.0/24,192.0.2.0/24,"
    "192.88.99.0/24,192.168.0.0/16,198.18.0.0/15,198.51.100.0/24,203.0.113.0/24,224.0.0.0/4,240.0.0.0/4";
/* Of IPv6, the public ones are these … */
static const char public_six[] = "2000::/3";
/* … but for protocols, documentation and tunnels, which lead to IPv4 addresses. */
static const char private_six[] = "2001::/23,2001:db8::/32,2002::/16,3fff::/20";

static bool is_in(const char *list, const struct http_address *address)
{
    struct http_networks networks;

    must(http_networks_parse(text_from(list), &networks));
    return http_networks_have(&networks, address);
}

/* 64:ff9b::/96 (RFC 6052) leads to the IPv4 address at its end. */
static struct http_address without_nat(struct http_address address)
{
    static const uint8_t nat64[12] = {0, 0x64, 0xff, 0x9b};
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (memcmp(address.bytes, nat64, sizeof(nat64)) == 0)
        memcpy(address.bytes, mapped, sizeof(mapped));
    return address;
}

static bool is_public(const struct http_address *address)
{
    if (is_in("0.0.0.0/0", address))
        return !is_in(private_networks, address);
    return is_in(public_six, address) && !is_in(private_six, address);
}

enum reach_answer
reach_ask(enum reach reach, const struct http_networks *allowed, const struct sockaddr *to)
{
    struct http_address address = without_nat(http_address_of(to));

    if (address.is_unix)
        return REACH_PRIVATE;
    if (reach == REACH_PUBLIC && http_networks_have(allowed, &address))
        return REACH_FINE;
    if (is_in(link_networks, &address))
        return REACH_LINK;
    return reach == REACH_PUBLIC && !is_public(&address) ? REACH_PRIVATE : REACH_FINE;
}
