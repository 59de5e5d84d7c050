/*
 * Internet addresses and networks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/address.h"

#include "core/http/grammar.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { MAPPED_BYTES = 12, MAPPED_BITS = 96, SUBSCRIBER_BYTES = 8 };

static const uint8_t mapped[MAPPED_BYTES] = {[10] = 0xff, [11] = 0xff};

static bool is_ipv4(const struct http_address *address)
{
    return memcmp(address->bytes, mapped, MAPPED_BYTES) == 0;
}

bool http_address_parse(struct text t, struct http_address *out)
{
    struct http_address address = {.is_unix = false};
    char terminated[HTTP_PEER_SIZE];

    if (t.size == 0 || t.size >= sizeof(terminated) || memchr(t.data, '\0', t.size) != NULL)
        return false;
    memcpy(terminated, t.data, t.size);
    terminated[t.size] = '\0';
    memcpy(address.bytes, mapped, MAPPED_BYTES);
    if (inet_pton(AF_INET, terminated, address.bytes + MAPPED_BYTES) != 1 &&
        inet_pton(AF_INET6, terminated, address.bytes) != 1)
        return false;
    *out = address;
    return true;
}

struct http_address http_address_of(const struct sockaddr *sockaddr)
{
    const struct sockaddr_in *four = (const void *)sockaddr;
    const struct sockaddr_in6 *six = (const void *)sockaddr;
    struct http_address address = {.is_unix = false};

    if (sockaddr->sa_family == AF_INET) {
        memcpy(address.bytes, mapped, MAPPED_BYTES);
        memcpy(address.bytes + MAPPED_BYTES, &four->sin_addr, sizeof(four->sin_addr));
    } else if (sockaddr->sa_family == AF_INET6) {
        memcpy(address.bytes, &six->sin6_addr, sizeof(address.bytes));
    } else {
        address.is_unix = true;
    }
    return address;
}

void http_address_print(const struct http_address *address, char out[HTTP_PEER_SIZE])
{
    const char *printed = NULL;

    if (!address->is_unix)
        printed = is_ipv4(address)
                      ? inet_ntop(AF_INET, address->bytes + MAPPED_BYTES, out, HTTP_PEER_SIZE)
                      : inet_ntop(AF_INET6, address->bytes, out, HTTP_PEER_SIZE);
    if (printed == NULL)
        snprintf(out, HTTP_PEER_SIZE, "unix");
}

void http_address_print_block(const struct http_address *address, char out[HTTP_PEER_SIZE])
{
    struct http_address block = *address;

    if (!block.is_unix && !is_ipv4(&block))
        memset(block.bytes + SUBSCRIBER_BYTES, 0, sizeof(block.bytes) - SUBSCRIBER_BYTES);
    http_address_print(&block, out);
}

/* Do two addresses agree in so many bits? */
static bool agree(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned rest = bits % 8;

    if (memcmp(a, b, bits / 8) != 0)
        return false;
    return rest == 0 || ((a[bits / 8] ^ b[bits / 8]) >> (8 - rest)) == 0;
}

static bool has_bits_behind(const struct http_network *network)
{
    for (unsigned bit = network->bits; bit < 128; bit++) {
        if ((network->bytes[bit / 8] >> (7 - bit % 8) & 1) != 0)
            return true;
    }
    return false;
}

/* "24", with at most so many bits. */
static bool parse_bits(struct text t, unsigned most, unsigned *out)
{
    int64_t bits;

    if (t.size == 0 || t.size > 3 || t.data[0] == '-' || !text_to_int64(t, &bits) || bits > most)
        return false;
    *out = (unsigned)bits;
    return true;
}

static bool parse_network(struct text entry, struct http_network *out)
{
    struct text name = text_cut(&entry, '/');
    bool is_four = text_find(name, ':', 0) == name.size;
    unsigned bits = is_four ? 32 : 128;
    struct http_address address;

    if (!http_address_parse(name, &address) ||
        (text_is_present(entry) && !parse_bits(entry, bits, &bits)))
        return false;
    memcpy(out->bytes, address.bytes, sizeof(out->bytes));
    out->bits = is_four ? bits + MAPPED_BITS : bits;
    return !has_bits_behind(out);
}

bool http_networks_parse(struct text list, struct http_networks *out)
{
    struct http_networks networks = {.count = 0};

    for (struct text rest = list; text_is_present(rest);) {
        struct text entry = http_trim(text_cut(&rest, ','));
        if (text_is(entry, "unix"))
            networks.has_unix = true;
        else if (
            networks.count == HTTP_NETWORKS ||
            !parse_network(entry, &networks.items[networks.count++]))
            return false;
    }
    *out = networks;
    return true;
}

bool http_networks_have(const struct http_networks *networks, const struct http_address *address)
{
    if (address->is_unix)
        return networks->has_unix;
    for (size_t i = 0; i < networks->count; i++) {
        if (agree(networks->items[i].bytes, address->bytes, networks->items[i].bits))
            return true;
    }
    return false;
}
