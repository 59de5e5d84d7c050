/*
 * Challenges for security keys, and the tokens that they come back with. A token says whose challenge it is, what for, and
 * when it was made; it opens nothing, and only what a key has signed of it counts.
 *
 *   options ─► token, challenge ─► browser, key ─► token, what the key has signed ─► here again
 *
 * Each is good once: what a key opens moves its mark to when the challenge was made (commands/identity/security_key.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SECURITY_KEY_TOKEN_H
#define API_IDENTITY_SECURITY_KEY_TOKEN_H

#include "api/call.h"
#include "core/webauthn/webauthn.h"

enum key_purpose { KEY_REGISTERS, KEY_SIGNS_IN, KEY_CONFIRMS };

struct key_challenge {
    struct uuid user_id;
    int64_t session_version; /* at the time that it was made */
    struct text challenge;   /* in Base64url */
    struct timestamp made_at;
    struct uuid provider_id;       /* that vouched for them; absent: none did */
    struct bytes provider_session; /* keyed digest of its own session; absent: it named none */
};

/* A new one, in the call's arena. */
MUST_USE enum status security_key_challenge_make(
    struct call *call,
    enum key_purpose purpose,
    struct key_challenge *challenge,
    struct text *out_token,
    struct error *error);

/* STATUS_UNAUTHENTICATED where it is none of ours, over, or for something else. */
MUST_USE enum status security_key_challenge_read(
    struct call *call,
    enum key_purpose purpose,
    struct text token,
    struct key_challenge *out,
    struct error *error);

/* What was asked for by it: on the dashboard, whose address WEB_APP_URL says. */
struct webauthn_asked
security_key_challenge_asked(struct call *call, const struct key_challenge *challenge);

/* The dashboard's name for keys: the host of its address, in small letters. In the arena. */
struct text security_key_party(const struct settings *settings, struct arena *arena);

#endif
