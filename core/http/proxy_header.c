/*
 * The header of the PROXY protocol, strictly: what is not exactly in its form is none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/http/proxy_header.h"

#include "core/base/must.h"

#include <netinet/in.h>
#include <string.h>

enum { SIGNATURE_BYTES = 12, TLV_HEAD = 3 };
enum command { COMMAND_LOCAL = 0x20, COMMAND_PROXY = 0x21 };

static const uint8_t signature[SIGNATURE_BYTES] = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                                   0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};

/* Address family and transport in one byte; only streams come here. */
static const struct family {
    uint8_t code;
    uint16_t address_bytes; /* of both ends, ports included */
} families[] = {
    {0x00, 0},   /* not specified */
    {0x11, 12},  /* TCP over IPv4 */
    {0x21, 36},  /* TCP over IPv6 */
    {0x31, 216}, /* Unix stream */
};

static size_t read_u16(const uint8_t *at)
{
    return (size_t)at[0] << 8 | at[1];
}

static const struct family *find_family(uint8_t code)
{
    for (size_t i = 0; i < COUNT_OF(families); i++) {
        if (families[i].code == code)
            return &families[i];
    }
    return NULL;
}

size_t http_proxy_header_size(const uint8_t fixed[HTTP_PROXY_FIXED])
{
    const struct family *family = find_family(fixed[13]);
    size_t size = HTTP_PROXY_FIXED + read_u16(fixed + 14);

    if (memcmp(fixed, signature, SIGNATURE_BYTES) != 0 ||
        (fixed[12] != COMMAND_LOCAL && fixed[12] != COMMAND_PROXY) || family == NULL ||
        size < (size_t)HTTP_PROXY_FIXED + family->address_bytes || size > HTTP_PROXY_LARGEST)
        return 0;
    return size;
}

/* type, length, value, …: nothing of it is needed, but it must end where the header ends. */
static bool are_tlvs(struct bytes rest)
{
    size_t at = 0;

    while (rest.size - at >= TLV_HEAD) {
        size_t size = read_u16(rest.data + at + 1);

        if (size > rest.size - at - TLV_HEAD)
            return false;
        at += TLV_HEAD + size;
    }
    return at == rest.size;
}

static void read_address(uint8_t family, const uint8_t *at, struct http_address *out)
{
    struct sockaddr_in four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};

    if (family == 0x11) {
        memcpy(&four.sin_addr, at, sizeof(four.sin_addr));
        *out = http_address_of((const void *)&four);
    } else if (family == 0x21) {
        memcpy(&six.sin6_addr, at, sizeof(six.sin6_addr));
        *out = http_address_of((const void *)&six);
    }
}

bool http_proxy_header_parse(struct bytes header, struct http_address *address)
{
    const struct family *family;
    size_t start;

    if (header.size < HTTP_PROXY_FIXED || http_proxy_header_size(header.data) != header.size)
        return false;
    family = find_family(header.data[13]);
    must(family != NULL); /* its size was known */
    start = (size_t)HTTP_PROXY_FIXED + family->address_bytes;
    /* What LOCAL says of addresses is to be passed over, whatever it is. */
    if (header.data[12] == COMMAND_LOCAL)
        return true;
    if (family->code != 0 && !are_tlvs((struct bytes){header.data + start, header.size - start}))
        return false;
    read_address(family->code, header.data + HTTP_PROXY_FIXED, address);
    return true;
}
