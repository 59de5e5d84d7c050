/*
 * What OpenSSL needs to be asked for once: methods for the process, a digest and an HMAC context a
 * thread.
 * Both are caches that no caller can tell from making them anew; nothing here is state.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto_internal.h"

#include <openssl/core_names.h>

#include <threads.h>

static once_flag fetched = ONCE_FLAG_INIT;
static struct crypto_methods methods;
static tss_t digest_key;
static tss_t hmac_key;

static thread_local EVP_MD_CTX *thread_digest;
static thread_local EVP_MAC_CTX *thread_hmac;

static void free_digest(void *context)
{
    EVP_MD_CTX_free(context);
}

static void free_hmac(void *context)
{
    EVP_MAC_CTX_free(context);
}

static void fetch_methods(void)
{
    methods.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    methods.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    methods.hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    must(methods.sha256 != NULL && methods.aes_256_gcm != NULL && methods.hmac != NULL);
    must(tss_create(&digest_key, free_digest) == thrd_success);
    must(tss_create(&hmac_key, free_hmac) == thrd_success);
}

const struct crypto_methods *crypto_methods(void)
{
    call_once(&fetched, fetch_methods);
    return &methods;
}

EVP_MD_CTX *crypto_thread_digest(void)
{
    if (thread_digest == NULL) {
        call_once(&fetched, fetch_methods);
        thread_digest = EVP_MD_CTX_new();
        must(thread_digest != NULL);
        must(tss_set(digest_key, thread_digest) == thrd_success);
    }
    return thread_digest;
}

EVP_MAC_CTX *crypto_thread_hmac_sha256(void)
{
    char digest[] = "SHA256";
    OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };

    if (thread_hmac == NULL) {
        thread_hmac = EVP_MAC_CTX_new(crypto_methods()->hmac);
        must(thread_hmac != NULL && EVP_MAC_CTX_set_params(thread_hmac, parameters) == 1);
        must(tss_set(hmac_key, thread_hmac) == thrd_success);
    }
    return thread_hmac;
}
