/*
 * Tokens that can be made again: HMAC(token key, purpose ‖ record id), 43 characters Base64url. The
 * ledger holds their digests only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_TOKEN_H
#define API_TOKEN_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

struct arena;
struct call;
struct keyring;

/* What a token is for: a purpose ("invite") and the record that it opens. */
struct token_use {
    const char *purpose; /* at most 16 characters */
    struct uuid id;
};

/* In the arena. Any thread. */
MUST_USE enum status token_make(
    struct keyring *keyring,
    const struct token_use *use,
    struct arena *arena,
    struct text *out,
    struct error *error);

/* The same, in the call's arena. */
MUST_USE enum status token_record(
    struct call *call, const char *purpose, struct uuid id, struct text *out, struct error *error);

#endif
