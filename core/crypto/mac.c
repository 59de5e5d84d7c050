/*
 * HMAC-SHA-256 under a key that is used often. A context that knows the key is made once and copied
 * for every message: copying only reads it, so that threads may share it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/crypto_internal.h"

#include <openssl/core_names.h>
#include <openssl/params.h>

struct mac {
    EVP_MAC_CTX *keyed;
};

struct mac *mac_new(struct bytes key)
{
    struct mac *mac = heap_new(sizeof(*mac));
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};

    mac->keyed = EVP_MAC_CTX_new(crypto_methods()->hmac);
    must(mac->keyed != NULL && EVP_MAC_init(mac->keyed, key.data, key.size, params) == 1);
    return mac;
}

void mac_free(struct mac *mac)
{
    if (mac == NULL)
        return;
    EVP_MAC_CTX_free(mac->keyed);
    heap_free(mac);
}

struct digest mac_of(const struct mac *mac, const struct bytes *pieces, size_t count)
{
    EVP_MAC_CTX *context = EVP_MAC_CTX_dup(mac->keyed);
    struct digest out;
    size_t size;

    must(context != NULL);
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].size > 0)
            must(EVP_MAC_update(context, pieces[i].data, pieces[i].size) == 1);
    }
    must(EVP_MAC_final(context, out.bytes, &size, sizeof(out.bytes)) == 1 && size == DIGEST_SIZE);
    EVP_MAC_CTX_free(context);
    return out;
}
