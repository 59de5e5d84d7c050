/*
 * Ed25519 from raw seeds and raw public keys.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/crypto_internal.h"

enum { SEED_SIZE = 32, PUBLIC_SIZE = 32, SIGNATURE_SIZE = 64 };

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

#define AUTO_KEY     CLEANUP(free_key) EVP_PKEY *
#define AUTO_CONTEXT CLEANUP(free_context) EVP_MD_CTX *

void ed25519_public(const uint8_t seed[32], uint8_t out[32])
{
    AUTO_KEY key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SEED_SIZE);
    size_t size = PUBLIC_SIZE;

    must(key != NULL);
    must(EVP_PKEY_get_raw_public_key(key, out, &size) == 1 && size == PUBLIC_SIZE);
}

void ed25519_sign(const uint8_t seed[32], struct bytes message, uint8_t out[64])
{
    AUTO_KEY key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SEED_SIZE);
    AUTO_CONTEXT context = EVP_MD_CTX_new();
    size_t size = SIGNATURE_SIZE;

    must(key != NULL && context != NULL);
    must(EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1);
    must(EVP_DigestSign(context, out, &size, message.data, message.size) == 1);
    must(size == SIGNATURE_SIZE);
}

bool ed25519_verify(const uint8_t public_key[32], struct bytes message, const uint8_t signature[64])
{
    AUTO_KEY key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, PUBLIC_SIZE);
    AUTO_CONTEXT context = EVP_MD_CTX_new();

    must(context != NULL);
    if (key == NULL)
        return false;
    must(EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1);
    return EVP_DigestVerify(context, signature, SIGNATURE_SIZE, message.data, message.size) == 1;
}
