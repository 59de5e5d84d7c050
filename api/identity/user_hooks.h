/*
 * What routes of people do before their command is submitted, and after.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_USER_HOOKS_H
#define API_IDENTITY_USER_HOOKS_H

#include "api/route.h"

/* Make the id and the digest of what will be mailed; refused where nothing can be mailed. */
bool user_prepare_create(struct call *call, void *input);
bool user_prepare_resend(struct call *call, void *input);
bool user_prepare_forgot(struct call *call, void *input);

/* Knows the time zone. */
bool user_prepare_preferences(struct call *call, void *input);

/* Tells nothing but that it was done. */
void user_answer_success(struct call *call, const void *answer);

#endif
