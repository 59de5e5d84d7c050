/*
 * Making tokens for programs: what is not in the body, and the token itself, which is shown once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_TOKEN_HOOKS_H
#define API_IDENTITY_TOKEN_HOOKS_H

#include "api/route.h"

extern const struct shape made_token_view_shape;

bool token_prepare_create(struct call *call, void *input);
void token_answer_created(struct call *call, const void *answer);

/* The tokens of the caller, and for platform admins those of anybody. */
extern const struct resource own_token_resource;
extern const struct resource user_token_resource;

#endif
