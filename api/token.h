/*
 * Tokens that can be made again: HMAC(token key, purpose ‖ record id), 43 characters Base64url. The
 * ledger holds their digests only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TOKEN_H
#define API_TOKEN_H

#include "core/base/fault.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

struct call;

/* In the call's arena. */
MUST_USE enum status record_token(
    struct call *call, const char *purpose, struct uuid id, struct text *out, struct fault *fault);

#endif
