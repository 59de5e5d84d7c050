/*
 * CMS by OpenSSL, between memory and memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/crypto/envelope.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits.h>
#include <stdio.h>

struct envelope_recipient {
    X509 *certificate;
};

struct envelope_key {
    EVP_PKEY *key;
};

/* A key with a password would be asked for at the terminal. */
static int no_password(char *out, int room, int is_writing, void *context)
{
    (void)out;
    (void)room;
    (void)is_writing;
    (void)context;
    return -1;
}

static enum status unusable(struct error *error, const char *path, const char *what)
{
    ERR_clear_error();
    return error_set(error, STATUS_INVALID, "%s holds no %s that can be used", path, what);
}

enum status
envelope_recipient_read(const char *path, struct envelope_recipient **out, struct error *error)
{
    FILE *file = fopen(path, "re");
    X509 *certificate = file == NULL ? NULL : PEM_read_X509(file, NULL, no_password, NULL);

    if (file != NULL)
        (void)fclose(file);
    if (certificate == NULL)
        return unusable(error, path, "certificate (PEM)");
    *out = heap_new(sizeof(**out));
    (*out)->certificate = certificate;
    return STATUS_OK;
}

void envelope_recipient_free(struct envelope_recipient *recipient)
{
    if (recipient == NULL)
        return;
    X509_free(recipient->certificate);
    heap_free(recipient);
}

enum status envelope_key_read(const char *path, struct envelope_key **out, struct error *error)
{
    FILE *file = fopen(path, "re");
    EVP_PKEY *key = file == NULL ? NULL : PEM_read_PrivateKey(file, NULL, no_password, NULL);

    if (file != NULL)
        (void)fclose(file);
    if (key == NULL)
        return unusable(error, path, "private key (PEM, without a password)");
    *out = heap_new(sizeof(**out));
    (*out)->key = key;
    return STATUS_OK;
}

void envelope_key_free(struct envelope_key *key)
{
    if (key == NULL)
        return;
    EVP_PKEY_free(key->key);
    heap_free(key);
}

static BIO *reader_of(struct bytes bytes)
{
    BIO *in;

    must(bytes.size <= INT_MAX);
    in = BIO_new_mem_buf(bytes.size == 0 ? "" : (const void *)bytes.data, (int)bytes.size);
    must(in != NULL);
    return in;
}

static void take(BIO *written, struct buf *out)
{
    char *data = NULL;
    long size = BIO_get_mem_data(written, &data);

    if (size > 0)
        buf_add(out, data, (size_t)size);
}

enum status envelope_seal(
    const struct envelope_recipient *recipient,
    struct bytes plain,
    struct buf *out,
    struct error *error)
{
    STACK_OF(X509) *recipients = sk_X509_new_null();
    BIO *in = reader_of(plain);
    BIO *sealed = BIO_new(BIO_s_mem());
    CMS_ContentInfo *envelope = NULL;
    bool is_sealed;

    must(recipients != NULL && sealed != NULL);
    must(sk_X509_push(recipients, recipient->certificate) > 0);
    envelope = CMS_encrypt(recipients, in, EVP_aes_256_gcm(), CMS_BINARY);
    is_sealed = envelope != NULL && i2d_CMS_bio(sealed, envelope) == 1;
    if (is_sealed)
        take(sealed, out);
    ERR_clear_error();
    CMS_ContentInfo_free(envelope);
    BIO_free(sealed);
    BIO_free(in);
    sk_X509_free(recipients);
    if (!is_sealed)
        return error_set(
            error, STATUS_INVALID, "nothing can be encrypted for the key of the certificate");
    if (buf_is_full(out))
        return error_set(error, STATUS_TOO_LARGE, "what was encrypted does not fit its memory");
    return STATUS_OK;
}

enum status envelope_open(
    const struct envelope_key *key, struct bytes sealed, struct buf *out, struct error *error)
{
    BIO *in = reader_of(sealed);
    BIO *plain = BIO_new(BIO_s_mem());
    CMS_ContentInfo *envelope = d2i_CMS_bio(in, NULL);
    size_t before = out->size;
    bool is_opened;

    must(plain != NULL);
    is_opened = envelope != NULL && BIO_eof(in) == 1 &&
                CMS_decrypt(envelope, key->key, NULL, NULL, plain, CMS_BINARY) == 1;
    if (is_opened)
        take(plain, out);
    ERR_clear_error();
    CMS_ContentInfo_free(envelope);
    BIO_free(plain);
    BIO_free(in);
    if (is_opened && !buf_is_full(out))
        return STATUS_OK;
    buf_truncate(out, before);
    return error_set(
        error, STATUS_CORRUPT, "it is no envelope that the key opens, or it was changed");
}
