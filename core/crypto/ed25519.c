/*
 * Ed25519 from raw seeds and raw public keys.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto.h"
#include "core/crypto/crypto_internal.h"

#include <openssl/pem.h>

#include <limits.h>

enum { SEED_SIZE = 32, PUBLIC_SIZE = 32, SIGNATURE_SIZE = 64 };

static void free_key(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void free_context(EVP_MD_CTX **context)
{
    EVP_MD_CTX_free(*context);
}

static void free_bio(BIO **bio)
{
    BIO_free_all(*bio);
}

#define AUTO_BIO     CLEANUP(free_bio) BIO *
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

struct text ed25519_pem(struct arena *arena, const uint8_t seed[32])
{
    AUTO_KEY key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, SEED_SIZE);
    AUTO_BIO bio = BIO_new(BIO_s_secmem());
    char *pem = NULL;
    long size;

    must(key != NULL && bio != NULL);
    must(PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
    size = BIO_get_mem_data(bio, &pem);
    return text_copy(arena, (struct text){pem, (size_t)size});
}

/* Nobody is asked. */
static int no_password(char *buffer, int size, int is_writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)is_writing;
    (void)context;
    return -1;
}

bool ed25519_of_pem(struct text pem, uint8_t out_seed[32])
{
    AUTO_BIO bio = pem.size > INT_MAX ? NULL : BIO_new_mem_buf(pem.data, (int)pem.size);
    AUTO_KEY key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
    size_t size = SEED_SIZE;

    return key != NULL && EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 &&
           EVP_PKEY_get_raw_private_key(key, out_seed, &size) == 1 && size == SEED_SIZE;
}
