/*
 * What an ID token must say (OpenID Connect Core 1.0, section 3.1.3.7), once its signature has been checked (jws.h); and
 * who somebody is by it. Pure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_PROVIDER_ID_TOKEN_H
#define API_PROVIDER_ID_TOKEN_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/base/timestamp.h"
#include "core/shape/list.h"

enum {
    ID_TOKEN_SKEW_S = 120, /* that clocks may differ */
    ID_TOKEN_OLDEST_S = 600,
    ID_TOKEN_LONGEST_SUBJECT = 255,
    ID_TOKEN_LONGEST_EMAIL = 254,
    ID_TOKEN_LONGEST_NAME = 120
};

struct id_token_wanted {
    struct text issuer;
    struct text client_id;
    struct text nonce;
    struct text access_token; /* that came with it; absent: none did */
    struct timestamp now;
};

/* What a logout token says (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
struct logout {
    struct text id;      /* of the token ("jti") */
    struct text subject; /* absent: whoever has the session … */
    struct text session; /* … or absent: all of the subject's */
};

/* Of claims whose signature has been checked. STATUS_UNAUTHENTICATED, with codes of those above, or
 * "logout_malformed". */
MUST_USE enum status logout_token_check(
    struct arena *arena,
    struct text claims,
    const struct id_token_wanted *wanted, /* issuer, client_id, now */
    struct logout *out,
    struct error *error);

/* Who somebody is for a provider. */
struct identity {
    struct text subject;
    struct text email; /* absent: it does not say */
    bool is_email_verified;
    struct text name;    /* absent: it does not say */
    struct text session; /* that the provider has with them ("sid"); absent: it does not say */
    struct list values;  /* texts, of the claim that its rules look at (claim_values.h) */
};

/* STATUS_UNAUTHENTICATED, with code "issuer_mismatch", "audience_mismatch", "authorized_party_mismatch", "token_expired",
 * "token_too_old", "token_from_future", "nonce_mismatch", "access_token_mismatch" or "claims_malformed". */
MUST_USE enum status id_token_check(
    struct arena *arena,
    struct text claims,
    const struct id_token_wanted *wanted,
    struct error *error);

/* Of claims, or what a provider's userinfo says. `verified_claim`: another one that says that the address is theirs; NULL:
 * none. STATUS_FORBIDDEN, code "subject_missing". */
MUST_USE enum status identity_read(
    struct arena *arena,
    struct text claims,
    const char *verified_claim,
    struct identity *out,
    struct error *error);

#endif
