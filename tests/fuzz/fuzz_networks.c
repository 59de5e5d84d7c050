/*
 * Lists of networks: what is taken is bounded, and has the addresses that it begins with.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/http/address.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_networks networks;
    struct http_address address = {.is_unix = false};

    if (!http_networks_parse((struct text){(const char *)data, size}, &networks))
        return 0;
    must(networks.count <= HTTP_NETWORKS);
    for (size_t i = 0; i < networks.count; i++) {
        must(networks.items[i].bits <= 128);
        memcpy(address.bytes, networks.items[i].bytes, sizeof(address.bytes));
        must(http_networks_have(&networks, &address));
    }
    return 0;
}
