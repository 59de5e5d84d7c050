/*
 * The second factor: a code that changes every 30 seconds (RFC 6238), or one of eight recovery codes.
 *
 *   setup/initiate ─► secret ─► setup/confirm with a code of it ─► recovery codes; from now on sign-ins take one
 *   login ─► challenge ─► challenge/verify with a code, or recovery/verify ─► session
 *
 * Of codes the server knows the secret, sealed; of recovery codes keyed digests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_SECOND_FACTOR_H
#define API_IDENTITY_SECOND_FACTOR_H

#include "api/route.h"
#include "eventlog/events/identity_events.h"

struct factor_code_body {
    struct text token;
};
extern const struct shape factor_code_body_shape;
extern const struct shape recovery_renewal_body_shape; /* the same; the code may be absent */

struct factor_sign_in_body {
    struct text challenge_token;
    struct text token;
    struct opt_bool refresh;
};
extern const struct shape factor_sign_in_body_shape;

struct recovery_sign_in_body {
    struct text challenge_token;
    struct text recovery_code;
    struct opt_bool refresh;
};
extern const struct shape recovery_sign_in_body_shape;

extern const struct shape offered_factor_view_shape;
extern const struct shape enabled_factor_view_shape;

/* Codes of six digits could be guessed, if they might be tried without end: may whoever the call is about (its
 * handler_state begins with struct signing_in) try one? False: answered. */
bool second_factor_may_try(struct call *call);

/* After the order that signs somebody in by a second factor (handler_state begins with struct signing_in): answers with the
 * session; or puts the failure on record, before the refusal leaves. */
void second_factor_end_sign_in(
    struct call *call,
    struct uuid session_id,
    struct opt_bool is_refreshable,
    enum sign_in_failure failure);

/* The step of a code of the secret in use; 0 where it is none. LANE_PLAIN. */
struct sign_in_lookup;
MUST_USE enum status second_factor_step(
    struct call *call,
    const struct sign_in_lookup *facts,
    struct text code,
    int64_t *out,
    struct error *error);

/* New recovery codes, RECOVERY_CODES of them; gives their digests, in a row. Both in the call's arena. */
struct bytes second_factor_make_codes(struct call *call, struct uuid user_id, struct text *codes);

/* Handlers. */
void second_factor_offer(struct call *call);           /* POST /auth/mfa/setup/initiate */
void second_factor_confirm(struct call *call);         /* POST /auth/mfa/setup/confirm */
void second_factor_verify(struct call *call);          /* POST /auth/mfa/challenge/verify */
void second_factor_verify_recovery(struct call *call); /* POST /auth/mfa/recovery/verify */
void second_factor_regenerate(struct call *call);      /* POST /auth/mfa/recovery/regenerate */
void second_factor_disable(struct call *call);         /* DELETE /auth/mfa */

#endif
