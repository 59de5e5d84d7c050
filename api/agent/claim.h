/*
 * Claiming work by long poll.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_CLAIM_H
#define API_AGENT_CLAIM_H

#include "api/route.h"

extern const struct shape claim_view_shape;

/* Handler of POST /agent/tasks/claim. Loop. */
void claim_handle(struct call *call);

#endif
