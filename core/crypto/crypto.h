/*
 * The cryptography that the program needs, each by one call. OpenSSL and libargon2 are known only
 * here (and OpenSSL in core/http for TLS). Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CRYPTO_CRYPTO_H
#define CORE_CRYPTO_CRYPTO_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/timestamp.h"

#include <stdbool.h>

enum { DIGEST_SIZE = 32, AEAD_KEY_SIZE = 32, AEAD_NONCE_SIZE = 12, AEAD_TAG_SIZE = 16 };

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

/* SHA-256 (FIPS 180-4) of several pieces in a row. */
struct digest sha256(struct bytes data);
struct digest sha256_of(const struct bytes *pieces, size_t count);

/* HMAC-SHA-256 (RFC 2104). */
struct digest hmac_sha256(struct bytes key, struct bytes data);

/* The same under a key that is used often: what a key costs is paid once. Any thread, several at a
 * time. */
struct mac;
struct mac *mac_new(struct bytes key);
void mac_free(struct mac *mac); /* accepts NULL */
struct digest mac_of(const struct mac *mac, const struct bytes *pieces, size_t count);

/* Equality in time that depends on the sizes only. */
bool crypto_equal(struct bytes a, struct bytes b);

/* Overwrites memory in a way that is not optimised away. */
void crypto_wipe(void *data, size_t size);

/* AES-256-GCM (NIST SP 800-38D). What both sides must know: key (32 bytes), nonce (12, never twice
 * under one key) and what is bound without being hidden. */
struct aead {
    const uint8_t *key;
    const uint8_t *nonce;
    struct bytes extra;
};

/* `sealed` has plain.size bytes, `tag` 16. */
void aead_seal(
    const struct aead *aead, struct bytes plain, uint8_t *sealed, uint8_t tag[AEAD_TAG_SIZE]);
/* False when the tag does not fit; `plain` is then wiped. */
MUST_USE bool aead_open(
    const struct aead *aead, struct bytes sealed, const uint8_t tag[AEAD_TAG_SIZE], uint8_t *plain);

/* Ed25519 (RFC 8032) from a 32-byte seed. */
void ed25519_public(const uint8_t seed[32], uint8_t out[32]);
void ed25519_sign(const uint8_t seed[32], struct bytes message, uint8_t out[64]);
MUST_USE bool
ed25519_verify(const uint8_t public_key[32], struct bytes message, const uint8_t signature[64]);

/* A seed as a private key in PEM (PKCS #8, RFC 8410), as other tools have it, in the arena; and from there: false where it is
 * none, or wants a password. */
struct text ed25519_pem(struct arena *arena, const uint8_t seed[32]);
MUST_USE bool ed25519_of_pem(struct text pem, uint8_t out_seed[32]);

/* Argon2id (RFC 9106), 19 MiB, 2 passes, 1 lane: about 30 ms. The PHC string goes to the arena. */
struct text password_hash(struct arena *arena, struct text password);
/* Does the password fit the PHC string? A malformed string fits nothing. STATUS_UNAVAILABLE where that
 * could not be found out: then nobody is to be blamed. */
MUST_USE enum status
password_check(struct text phc, struct text password, bool *out_fits, struct error *error);

/* A key from a secret that somebody chose (Argon2id at the same cost): guessing it costs as much as
 * guessing a password. The salt is random and stored. */
enum { PASSWORD_SALT_SIZE = 16 };
void password_key(
    struct text password, const uint8_t salt[PASSWORD_SALT_SIZE], uint8_t out[AEAD_KEY_SIZE]);

/* For one that seals much, mostly under one key: as aead_seal(), but what a key costs is paid when
 * it changes. One thread. */
struct aead_sealer;
struct aead_sealer *aead_sealer_new(void);
void aead_sealer_free(struct aead_sealer *sealer); /* accepts NULL */
void aead_sealer_seal(
    struct aead_sealer *sealer,
    const struct aead *aead,
    struct bytes plain,
    uint8_t *sealed,
    uint8_t tag[AEAD_TAG_SIZE]);
/* Wipes the key that it keeps. */
void aead_sealer_forget(struct aead_sealer *sealer);

/* A token of 32 random bytes: 64 characters of hexadecimal. */
struct text token_hex(struct arena *arena);

/* JWT (RFC 7519) signed HS256 (RFC 7518) with the secret's raw bytes. `claims` is a JSON object
 * to which nothing is added. */
MUST_USE enum status jwt_sign(
    struct arena *arena,
    struct text secret,
    struct text claims,
    struct text *out,
    struct error *error);
/* Verifies the signature and "exp"/"nbf" against `now`; gives the claims as JSON. Any other
 * algorithm than HS256 is refused. STATUS_UNAUTHENTICATED with code "token_expired" or
 * "token_invalid"; STATUS_UNAVAILABLE for a token of ours that cannot be read now. */
MUST_USE enum status jwt_verify(
    struct arena *arena,
    struct text secret,
    struct text token,
    struct timestamp now,
    struct text *out_claims,
    struct error *error);

#endif
