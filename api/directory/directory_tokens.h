/*
 * Tokens of directories, as platform admins make and list them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_DIRECTORY_DIRECTORY_TOKENS_H
#define API_DIRECTORY_DIRECTORY_TOKENS_H

#include "api/route.h"

extern const struct shape made_directory_token_view_shape;
extern const struct query directory_tokens_query;

bool directory_token_prepare(struct call *call, void *input);
void directory_token_answer(struct call *call, const void *answer);

#endif
