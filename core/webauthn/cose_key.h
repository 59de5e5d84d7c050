/*
 * Public keys as authenticators give them (COSE, RFC 9053), and what they have signed. Any thread.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_WEBAUTHN_COSE_KEY_H
#define CORE_WEBAUTHN_COSE_KEY_H

#include "core/base/error.h"
#include "core/base/text.h"

/* What signs, by its number in COSE's registry. */
enum cose_algorithm { COSE_ES256 = -7, COSE_EDDSA = -8, COSE_RS256 = -257 };

enum { COSE_LONGEST_KEY = 1024 };

/* Takes a key off `rest`: one of those algorithms, on its curve, of at least 2048 bits. STATUS_INVALID where it is none
 * of them. */
MUST_USE enum status
cose_key_take(struct bytes *rest, struct bytes *out, int64_t *out_algorithm, struct error *error);

/* Has the key signed that? False too where it is no key. */
bool cose_key_verifies(struct bytes key, struct bytes message, struct bytes signature);

#endif
