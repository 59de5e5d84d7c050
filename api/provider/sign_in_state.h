/*
 * What must be known again when somebody comes back from a provider. Nothing of it is kept here: it goes along as the
 * parameter "state", signed, and is good for ten minutes; another server of the installation, or this one after a restart,
 * can go on with it. What only we and the provider may know (nonce, code verifier) is made of its id and of the key that
 * signs it. It is used once: the writer remembers the id.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_SIGN_IN_STATE_H
#define API_PROVIDER_SIGN_IN_STATE_H

#include "api/services.h"
#include "core/crypto/crypto.h"

struct sign_in_state {
    struct uuid id;
    struct uuid provider_id;
    struct text redirect_uri; /* where the provider sends people back to */
    struct text next;         /* path to go on at; absent: none */
};

/* The parameter, in the arena. */
MUST_USE enum status sign_in_state_make(
    const struct services *services,
    const struct sign_in_state *state,
    struct timestamp now,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* STATUS_UNAUTHENTICATED: code "token_expired", "token_invalid", or "state_invalid" for another kind of token. */
MUST_USE enum status sign_in_state_read(
    const struct services *services,
    struct text token,
    struct timestamp now,
    struct arena *arena,
    struct sign_in_state *out,
    struct error *error);

/* In the arena. The challenge is the verifier's digest (PKCE, RFC 7636, S256). */
struct text
sign_in_state_nonce(const struct services *services, struct uuid id, struct arena *arena);
struct text
sign_in_state_verifier(const struct services *services, struct uuid id, struct arena *arena);
struct text
sign_in_state_challenge(const struct services *services, struct uuid id, struct arena *arena);

/* By which the writer knows that it was used. */
struct digest sign_in_state_name(struct uuid id);

#endif
