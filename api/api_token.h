/*
 * Tokens for programs (of the kind api_token_kind, bearer_token.h): what one opens of what its owner may.
 *
 * What scope a route takes follows from its row: from its method and who may call it (access_rule.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_API_TOKEN_H
#define API_API_TOKEN_H

#include "api/call.h"

/* Are these addresses and networks, separated by commas? */
bool api_token_networks_have_form(struct text networks);

/* May the call go on with the token of its access? Else what it lacks is in the error. */
MUST_USE enum status api_token_check(const struct call *call, struct error *error);

/* That it was used, where that is not known since an hour. */
void api_token_note_use(struct call *call);

#endif
