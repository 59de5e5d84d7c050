/*
 * For the files of this folder: OpenSSL's methods, fetched once (a fetch costs more than hashing
 * an entry), and contexts for each thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CRYPTO_CRYPTO_INTERNAL_H
#define CORE_CRYPTO_CRYPTO_INTERNAL_H

#include <openssl/evp.h>

struct crypto_methods {
    EVP_MD *sha256;
    EVP_CIPHER *aes_256_gcm;
    EVP_MAC *hmac;
};

/* The same for the whole life of the process. Any thread. */
const struct crypto_methods *crypto_methods(void);

/* Contexts of the calling thread, freed with it; whoever uses one initialises it anew, the second
 * with its key. */
EVP_MD_CTX *crypto_thread_digest(void);
EVP_MAC_CTX *crypto_thread_hmac_sha256(void);

#endif
