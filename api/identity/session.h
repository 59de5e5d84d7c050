/*
 * What somebody who signs in is given: an access token with their account, or the challenge to show a second factor
 * first. A challenge opens nothing else.
 *
 *   password right ─┬─ no second factor ─► session_answer
 *                   └─ session_challenge ─► code right ─► session_answer
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SESSION_H
#define API_IDENTITY_SESSION_H

#include "api/route.h"

/* Who signs in: handler_state of a call that does so begins with it. */
struct signing_in {
    struct uuid user_id;
    int64_t session_version;
    struct uuid session_id;    /* that is open; absent: none, since nothing can be written */
    int64_t refresh;           /* number of the refresh token to give; 0: none */
    struct timestamp ends_at;  /* of the session: no access token outlives it; absent: none would */
    struct text redirect_path; /* to go on at, of a sign-in through a provider; absent: none */
    bool has_codes;            /* what a challenge may be answered by */
    bool has_keys;
    struct uuid provider_id;       /* that vouched for them; absent: none did */
    struct bytes provider_session; /* keyed digest of its own session; absent: it named none */
    struct actor stranger; /* who shows a second factor, before it is known that it is them */
    struct error refusal;  /* of what they showed */
};

/* A field of bodies that sign somebody in. */
#define REFRESH_FIELD(type, number)                                                                \
    {                                                                                              \
        BOOL(type, refresh),                                                                       \
            .tag = number,                                                                         \
            .doc = "Whether to give a refresh token, too: the session then goes on by it."         \
    }

/* After the command that signed somebody in: what session there is now. */
void session_note_opened(struct call *call, struct uuid session_id, struct opt_bool refresh);

struct user_row;
struct session_view {
    struct text access_token;
    struct text expires_in;
    const struct user_row *user;
    struct text redirect_path;
    struct text refresh_token;
};
extern const struct shape session_view_shape;

struct challenge_view {
    struct opt_bool requires_mfa;
    struct text mfa_challenge_token;
    struct text expires_in;
    const struct user_row *user;
    struct list methods; /* of texts; absent: codes alone */
};
extern const struct shape challenge_view_shape;

/* Each answers for whom call->handler_state says. LANE_READ. */
void session_answer(struct call *call);
void session_challenge(struct call *call);

/* Adds members to the claims of a challenge, so that the session that a factor opens is known to be the provider's.
 * Nothing where none vouched for the person. */
struct buf;
void session_add_provider(
    struct arena *arena, struct uuid provider_id, struct bytes provider_session, struct buf *out);

/* Whose challenge it is. STATUS_UNAUTHENTICATED where it is none of ours, over, or another kind of token. */
MUST_USE enum status session_read_challenge(
    struct call *call, struct text token, struct signing_in *out, struct error *error);

#endif
