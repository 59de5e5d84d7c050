/*
 * Who calls, and may they?
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AUTHORIZE_H
#define API_AUTHORIZE_H

#include "api/call.h"

/* Finds out who calls and what they may do, then goes to decode_call(). Loop. */
void authorize_call(struct call *call);

/* Answers that there were too many of whatever is counted, and when to come again. */
struct throttle_verdict;
void authorize_answer_too_many(struct call *call, const struct throttle_verdict *verdict);

#endif
