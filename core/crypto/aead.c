/*
 * AES-256-GCM: sealing and opening in one call each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/crypto_internal.h"

#include <limits.h>

static void free_context(EVP_CIPHER_CTX **context)
{
    EVP_CIPHER_CTX_free(*context);
}

#define AUTO_CIPHER CLEANUP(free_context) EVP_CIPHER_CTX *

/* The tag's parameter wants a pointer to what it only reads. */
static void copy_tag(uint8_t to[AEAD_TAG_SIZE], const uint8_t from[AEAD_TAG_SIZE])
{
    for (size_t i = 0; i < AEAD_TAG_SIZE; i++)
        to[i] = from[i];
}

void aead_seal(
    const struct aead *aead, struct bytes plain, uint8_t *sealed, uint8_t tag[AEAD_TAG_SIZE])
{
    AUTO_CIPHER context = EVP_CIPHER_CTX_new();
    uint8_t rest[16];
    int size = 0;

    must(context != NULL && aead->extra.size <= INT_MAX && plain.size <= INT_MAX);
    must(
        EVP_EncryptInit_ex2(context, crypto_methods()->aes_256_gcm, aead->key, aead->nonce, NULL) ==
        1);
    if (aead->extra.size > 0)
        must(EVP_EncryptUpdate(context, NULL, &size, aead->extra.data, (int)aead->extra.size) == 1);
    if (plain.size > 0)
        must(EVP_EncryptUpdate(context, sealed, &size, plain.data, (int)plain.size) == 1);
    must(EVP_EncryptFinal_ex(context, rest, &size) == 1);
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_SIZE, tag) == 1);
}

bool aead_open(
    const struct aead *aead, struct bytes sealed, const uint8_t tag[AEAD_TAG_SIZE], uint8_t *plain)
{
    AUTO_CIPHER context = EVP_CIPHER_CTX_new();
    uint8_t wanted[AEAD_TAG_SIZE];
    uint8_t rest[16];
    int size = 0;

    must(context != NULL && aead->extra.size <= INT_MAX && sealed.size <= INT_MAX);
    must(
        EVP_DecryptInit_ex2(context, crypto_methods()->aes_256_gcm, aead->key, aead->nonce, NULL) ==
        1);
    if (aead->extra.size > 0)
        must(EVP_DecryptUpdate(context, NULL, &size, aead->extra.data, (int)aead->extra.size) == 1);
    if (sealed.size > 0)
        must(EVP_DecryptUpdate(context, plain, &size, sealed.data, (int)sealed.size) == 1);
    copy_tag(wanted, tag);
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_SIZE, wanted) == 1);
    if (EVP_DecryptFinal_ex(context, rest, &size) == 1)
        return true;
    crypto_wipe(plain, sealed.size);
    return false;
}
