/*
 * Credentials: made here, told once, kept as digests.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_CREDENTIAL_VIEW_H
#define API_NODE_CREDENTIAL_VIEW_H

#include "api/route.h"

/* SHA-256 of a token, in the arena: what the write side sees of it. */
struct bytes credential_digest(struct arena *arena, struct text token);

/* Makes an agent's credential and remembers it in the call until it is told; gives its digest. */
struct bytes credential_make(struct call *call);

/* Tells it: {nodeId, agentToken}. For commands that answer `registered_agent`. */
extern const struct shape credential_view_shape;
void credential_answer(struct call *call, const void *answer);

#endif
