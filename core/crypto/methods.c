/*
 * What OpenSSL needs to be asked for once: methods for the process, a digest context a thread.
 * Both are caches that no caller can tell from making them anew; nothing here is state.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/crypto/crypto_internal.h"

#include <threads.h>

static once_flag fetched = ONCE_FLAG_INIT;
static struct crypto_methods methods;
static tss_t digest_key;

static thread_local EVP_MD_CTX *thread_digest;

static void free_digest(void *context)
{
    EVP_MD_CTX_free(context);
}

static void fetch_methods(void)
{
    methods.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    methods.aes_256_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    must(methods.sha256 != NULL && methods.aes_256_gcm != NULL);
    must(tss_create(&digest_key, free_digest) == thrd_success);
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
