/*
 * Documents that somebody has signed elsewhere: envelopes as DSSE 1.0.0 has them
 * (github.com/secure-systems-lab/dsse, protocol.md and envelope.md), signed by Ed25519.
 *
 *   type, payload, seed ─► dsse_sign ─► envelope
 *   envelope, type that is wanted, keys that are trusted ─► dsse_verify ─► payload
 *
 * What is signed are bytes: nothing in a payload is read before its signature has been verified. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CRYPTO_DSSE_H
#define CORE_CRYPTO_DSSE_H

#include "core/base/arena.h"
#include "core/base/error.h"

enum { DSSE_KEY_SIZE = 32, DSSE_LONGEST = 16384, DSSE_MOST_SIGNATURES = 4, DSSE_MOST_KEYS = 16 };

/* A public key of Ed25519. */
struct dsse_key {
    uint8_t bytes[DSSE_KEY_SIZE];
};

/* Is it one, in Base64 as people are given it? */
bool dsse_is_key(struct text base64);

/* How envelopes name it: its SHA-256 in small hexadecimal. */
struct text dsse_key_id(struct arena *arena, struct bytes key);

/* The envelope as JSON, in the arena. `type` is visible ASCII without quotes and backslashes. STATUS_INVALID, code
 * "envelope_too_long", where it were longer than what is read. */
MUST_USE enum status dsse_sign(
    struct arena *arena,
    struct text type,
    struct bytes payload,
    const uint8_t seed[DSSE_KEY_SIZE],
    struct text *out,
    struct error *error);

/* Keys that are trusted, at most DSSE_MOST_KEYS. */
struct dsse_keys {
    const struct dsse_key *items;
    size_t count;
};

/* What an envelope held. */
struct dsse_content {
    struct bytes payload; /* in the arena */
    size_t key;           /* which of the keys has signed it */
};

/* One signature by one of the keys suffices; which key that is is found by trying, since the name that an envelope
 * gives is signed by nobody. STATUS_INVALID with code "envelope_malformed", or "payload_type_other" for a payload of
 * another type; STATUS_NOT_FOUND with "key_unknown" where no key signed that is trusted or said to be;
 * STATUS_UNAUTHENTICATED with "signature_invalid" where one is said to have, and has not; STATUS_UNAVAILABLE where
 * there is no memory. */
MUST_USE enum status dsse_verify(
    struct arena *arena,
    struct text envelope,
    struct text type,
    const struct dsse_keys *trusted,
    struct dsse_content *out,
    struct error *error);

#endif
