/*
 * Files encrypted for whoever holds a private key, which the machine that makes them does not have: CMS
 * (RFC 5652, 5083) in DER, AES-256-GCM. `openssl cms -decrypt -inform DER` opens them anywhere.
 *
 *   certificate ──envelope_recipient_read──► envelope_seal      private key ──envelope_key_read──► envelope_open
 *
 * In memory, so the caller bounds what is sealed. One thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CRYPTO_ENVELOPE_H
#define CORE_CRYPTO_ENVELOPE_H

#include "core/base/attributes.h"
#include "core/base/buf.h"
#include "core/base/error.h"

struct envelope_recipient;
struct envelope_key;

/* Reads a certificate (PEM; RSA or EC). STATUS_INVALID: the file has none that can be used. Given. */
MUST_USE enum status
envelope_recipient_read(const char *path, struct envelope_recipient **out, struct error *error);
void envelope_recipient_free(struct envelope_recipient *recipient); /* accepts NULL */

/* Appends the envelope. STATUS_INVALID: the certificate's key cannot be used so. */
MUST_USE enum status envelope_seal(
    const struct envelope_recipient *recipient,
    struct bytes plain,
    struct buf *out,
    struct error *error);

/* Reads a private key (PEM) without a password. Given. */
MUST_USE enum status
envelope_key_read(const char *path, struct envelope_key **out, struct error *error);
void envelope_key_free(struct envelope_key *key); /* accepts NULL */

/* Appends what was sealed. STATUS_CORRUPT: it is no envelope, another key's, or was changed; `out` is as it
 * was then. */
MUST_USE enum status envelope_open(
    const struct envelope_key *key, struct bytes sealed, struct buf *out, struct error *error);

#endif
