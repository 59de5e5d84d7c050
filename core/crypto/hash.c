/*
 * SHA-256, HMAC, and the two small things that secrets need: constant-time equality and wiping.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/crypto_internal.h"

#include <openssl/crypto.h>

struct digest sha256(struct bytes data)
{
    return sha256_of(&data, 1);
}

struct digest sha256_of(const struct bytes *pieces, size_t count)
{
    EVP_MD_CTX *context = crypto_thread_digest();
    struct digest out;

    must(EVP_DigestInit_ex2(context, crypto_methods()->sha256, NULL) == 1);
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].size > 0)
            must(EVP_DigestUpdate(context, pieces[i].data, pieces[i].size) == 1);
    }
    must(EVP_DigestFinal_ex(context, out.bytes, NULL) == 1);
    return out;
}

struct digest hmac_sha256(struct bytes key, struct bytes data)
{
    static const uint8_t nothing[1] = {0};
    EVP_MAC_CTX *context = crypto_thread_hmac_sha256();
    struct digest out;
    size_t size = 0;

    must(EVP_MAC_init(context, key.size == 0 ? nothing : key.data, key.size, NULL) == 1);
    if (data.size > 0)
        must(EVP_MAC_update(context, data.data, data.size) == 1);
    must(EVP_MAC_final(context, out.bytes, &size, DIGEST_SIZE) == 1 && size == DIGEST_SIZE);
    return out;
}

bool crypto_equal(struct bytes a, struct bytes b)
{
    if (a.size != b.size)
        return false;
    return a.size == 0 || CRYPTO_memcmp(a.data, b.data, a.size) == 0;
}

void crypto_wipe(void *data, size_t size)
{
    OPENSSL_cleanse(data, size);
}
