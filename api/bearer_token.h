/*
 * Tokens that are shown once, and open something for whoever has them: their form, which scanners of leaked secrets know.
 *
 *   <prefix><HMAC(token key, purpose ‖ id): 43 characters Base64url><its checksum: 8 hexadecimal digits>
 *
 * The checksum is the beginning of the SHA-256 of the 43 characters. The ledger holds the SHA-256 of the whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_BEARER_TOKEN_H
#define API_BEARER_TOKEN_H

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/base/uuid.h"

struct call;

struct bearer_kind {
    const char *prefix;  /* four characters: "flt_" */
    const char *purpose; /* as token.h has it */
};
extern const struct bearer_kind api_token_kind; /* for programs: "flt_" */
extern const struct bearer_kind device_kind;    /* of trusted devices: "fld_" */
extern const struct bearer_kind directory_kind; /* of directories that send people: "fls_" */

/* Is it meant to be one? Then whether its checksum is right is told, too. Any thread. */
bool bearer_token_is_meant(const struct bearer_kind *kind, struct text token);
bool bearer_token_is_whole(const struct bearer_kind *kind, struct text token);

/* That of an id, and its digest; both in the call's arena. Any thread. */
MUST_USE enum status bearer_token_make(
    struct call *call,
    const struct bearer_kind *kind,
    struct uuid id,
    struct text *out,
    struct error *error);
struct bytes bearer_token_digest(struct call *call, struct text token);

/* What a route that gives one keeps in handler_state between the order and its answer, which shows the token this once. */
struct given_token {
    const void *order;
    struct text token;
};

/* Before the order: makes its id, and the token, of which the order has the digest. False: answered. */
bool bearer_token_give(
    struct call *call,
    const struct bearer_kind *kind,
    const void *order,
    struct uuid *out_id,
    struct bytes *out_digest);

#endif
