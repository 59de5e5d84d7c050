/*
 * AES-256-GCM: sealing and opening in one call each, and a sealer that keeps its key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/crypto_internal.h"

#include <openssl/crypto.h>

#include <limits.h>
#include <string.h>

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

/* The context knows the key. */
static void seal_under(
    EVP_CIPHER_CTX *context,
    const struct aead *aead,
    struct bytes plain,
    uint8_t *sealed,
    uint8_t tag[AEAD_TAG_SIZE])
{
    uint8_t rest[16];
    int size = 0;

    must(aead->extra.size <= INT_MAX && plain.size <= INT_MAX);
    must(EVP_EncryptInit_ex2(context, NULL, NULL, aead->nonce, NULL) == 1);
    if (aead->extra.size > 0)
        must(EVP_EncryptUpdate(context, NULL, &size, aead->extra.data, (int)aead->extra.size) == 1);
    if (plain.size > 0)
        must(EVP_EncryptUpdate(context, sealed, &size, plain.data, (int)plain.size) == 1);
    must(EVP_EncryptFinal_ex(context, rest, &size) == 1);
    must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_SIZE, tag) == 1);
}

void aead_seal(
    const struct aead *aead, struct bytes plain, uint8_t *sealed, uint8_t tag[AEAD_TAG_SIZE])
{
    AUTO_CIPHER context = EVP_CIPHER_CTX_new();

    must(context != NULL);
    must(EVP_EncryptInit_ex2(context, crypto_methods()->aes_256_gcm, aead->key, NULL, NULL) == 1);
    seal_under(context, aead, plain, sealed, tag);
}

struct aead_sealer {
    EVP_CIPHER_CTX *context;
    uint8_t key[AEAD_KEY_SIZE];
    bool has_key;
};

struct aead_sealer *aead_sealer_new(void)
{
    struct aead_sealer *sealer = heap_new(sizeof(*sealer));

    sealer->context = EVP_CIPHER_CTX_new();
    must(sealer->context != NULL);
    return sealer;
}

void aead_sealer_forget(struct aead_sealer *sealer)
{
    must(EVP_CIPHER_CTX_reset(sealer->context) == 1);
    crypto_wipe(sealer->key, sizeof(sealer->key));
    sealer->has_key = false;
}

void aead_sealer_free(struct aead_sealer *sealer)
{
    if (sealer == NULL)
        return;
    aead_sealer_forget(sealer);
    EVP_CIPHER_CTX_free(sealer->context);
    heap_free(sealer);
}

void aead_sealer_seal(
    struct aead_sealer *sealer,
    const struct aead *aead,
    struct bytes plain,
    uint8_t *sealed,
    uint8_t tag[AEAD_TAG_SIZE])
{
    const EVP_CIPHER *method = sealer->has_key ? NULL : crypto_methods()->aes_256_gcm;

    if (!sealer->has_key || CRYPTO_memcmp(sealer->key, aead->key, AEAD_KEY_SIZE) != 0) {
        must(EVP_EncryptInit_ex2(sealer->context, method, aead->key, NULL, NULL) == 1);
        memcpy(sealer->key, aead->key, AEAD_KEY_SIZE);
        sealer->has_key = true;
    }
    seal_under(sealer->context, aead, plain, sealed, tag);
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
