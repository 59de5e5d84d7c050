/*
 * Exchanging the code that somebody came back with for who they are:
 *
 *   code ─► token endpoint ─► ID token ─┬─ signature, by the provider's keys (jws.h)
 *                                       ├─ claims (id_token.h)
 *                                       └─ no address in it, or no claim that rules look at: userinfo, of the same subject
 *
 * A key that is unknown has the keys asked for anew, once a minute at most: providers change them. LANE_OUTWARD.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_PROVIDER_TOKENS_H
#define API_PROVIDER_PROVIDER_TOKENS_H

#include "api/provider/discovery.h"
#include "api/provider/id_token.h"
#include "commands/identity/provider_commands.h"

struct exchange {
    const struct provider *provider;
    const struct discovery *document;
    struct text code; /* of a logout: its token */
    struct text redirect_uri;
    struct text verifier;
    struct text nonce;
    struct timestamp now;
};

/* STATUS_UNAUTHENTICATED: code "token_exchange_failed" or "id_token_invalid"; the log says why. STATUS_FORBIDDEN: code
 * "profile_missing", "profile_unavailable", "subject_missing", "groups_elsewhere"
 * or "email_not_verified". */
MUST_USE enum status provider_tokens_exchange(
    const struct services *services,
    const struct exchange *exchange,
    struct arena *arena,
    struct identity *out,
    struct error *error);

/* Who signed out at their provider, by the token that it sent; of the exchange, provider, document, code and now are
 * looked at. STATUS_INVALID: code "logout_token_invalid"; the log says
 * why. LANE_OUTWARD. */
MUST_USE enum status provider_tokens_read_logout(
    const struct services *services,
    const struct exchange *exchange,
    struct arena *arena,
    struct logout *out,
    struct error *error);

#endif
