/*
 * Tokens for programs: their form, which scanners of leaked secrets know, and what one opens of what its owner may.
 *
 *   flt_<HMAC(token key, "api" ‖ id): 43 characters Base64url><its checksum: 8 hexadecimal digits>
 *
 * What scope a route takes follows from its row: from its method and who may call it (access_rule.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_API_TOKEN_H
#define API_API_TOKEN_H

#include "api/call.h"

/* Is it meant to be one? Then whether its checksum is right is told, too. */
bool api_token_is_meant(struct text token);
bool api_token_is_whole(struct text token);

/* In the call's arena. Any thread. */
MUST_USE enum status
api_token_make(struct call *call, struct uuid id, struct text *out, struct error *error);

/* Are these addresses and networks, separated by commas? */
bool api_token_networks_have_form(struct text networks);

/* May the call go on with the token of its access? Else what it lacks is in the error. */
MUST_USE enum status api_token_check(const struct call *call, struct error *error);

/* That it was used, where that is not known since an hour. */
void api_token_note_use(struct call *call);

#endif
