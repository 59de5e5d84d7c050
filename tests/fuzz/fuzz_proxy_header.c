/*
 * The PROXY protocol's header: whatever the bytes, nothing is read out of bounds, a header is as
 * long as its first bytes say, and what is none leaves the address alone.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/http/proxy_header.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_address address = {.is_unix = true};
    char printed[HTTP_PEER_SIZE];
    bool is_header = http_proxy_header_parse((struct bytes){data, size}, &address);

    must(!is_header || (size >= HTTP_PROXY_FIXED && http_proxy_header_size(data) == size));
    must(is_header || address.is_unix);
    http_address_print(&address, printed);
    must(strnlen(printed, sizeof(printed)) < sizeof(printed));
    return 0;
}
