/*
 * Refresh tokens: the session's id, the number of the token in it, and HMAC(token key, "refresh:<number>" ‖ id).
 *
 *   flr_<id>.7.<43 characters Base64url>
 *
 * So nothing secret is kept of them, not even a digest: each can be told to be ours, and which of its session's it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_REFRESH_TOKEN_H
#define API_IDENTITY_REFRESH_TOKEN_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

struct call;

/* In the call's arena. Any thread. */
MUST_USE enum status refresh_token_make(
    struct call *call,
    struct uuid session_id,
    int64_t number,
    struct text *out,
    struct error *error);

/* STATUS_UNAUTHENTICATED where we did not make it. Any thread. */
MUST_USE enum status refresh_token_read(
    struct call *call,
    struct text token,
    struct uuid *out_session_id,
    int64_t *out_number,
    struct error *error);

#endif
