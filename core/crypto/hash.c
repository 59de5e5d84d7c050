/*
 * SHA-256, HMAC, and the two small things that secrets need: constant-time equality and wiping.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/crypto_internal.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

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
    struct digest out;

    must(key.size <= INT32_MAX);
    must(
        HMAC(
            crypto_methods()->sha256, key.size == 0 ? nothing : key.data, (int)key.size,
            data.size == 0 ? nothing : data.data, data.size, out.bytes, NULL) != NULL);
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
