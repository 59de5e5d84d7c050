/*
 * What the routes of enrollments do beside their commands: making tokens, sealing and opening the
 * credential that a token's holder may fetch.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_ENROLLMENT_HOOKS_H
#define API_NODE_ENROLLMENT_HOOKS_H

#include "api/route.h"

/* {token, expiresAt} */
extern const struct shape initiated_view_shape;
bool enrollment_prepare_initiate(struct call *call, void *input);
void enrollment_answer_initiate(struct call *call, const void *answer);

/* {status} or {status, nodeId, agentToken} */
extern const struct shape enrollment_view_shape;
bool enrollment_prepare_ask(struct call *call, void *input);
void enrollment_answer_ask(struct call *call, const void *answer);

bool enrollment_prepare_finalize(struct call *call, void *input);
void enrollment_answer_finalize(struct call *call, const void *answer);

#endif
