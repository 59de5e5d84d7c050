/*
 * Tokens that others have signed (JWS, RFC 7515), by keys that they publish (JWKS, RFC 7517). What signs is chosen here,
 * by a table of algorithms: RS256 and ES256; none and secrets that both sides know are no signature. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_CRYPTO_JWS_H
#define CORE_CRYPTO_JWS_H

#include "core/base/arena.h"
#include "core/base/error.h"

enum { JWS_LONGEST = 16384 };

/* Verifies a token in its compact form by the key of the set that its header names, or the only one that fits; gives its
 * claims, a JSON object without repeated members; its type is JWT or logout+jwt, which claims tell apart. Keys that the header itself brings mean nothing.
 * STATUS_NOT_FOUND, code "key_unknown": the set has no such key, maybe not yet. Else STATUS_UNAUTHENTICATED, with code
 * "token_malformed", "token_type", "algorithm_not_allowed", "key_unfit" or "signature_invalid". */
MUST_USE enum status jws_verify(
    struct arena *arena,
    struct text token,
    struct text key_set,
    struct text *out,
    struct error *error);

#endif
