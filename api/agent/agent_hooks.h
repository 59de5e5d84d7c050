/*
 * What agents' routes do beside their commands. None needs PostgreSQL.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_AGENT_AGENT_HOOKS_H
#define API_AGENT_AGENT_HOOKS_H

#include "api/route.h"

bool agent_prepare_register(struct call *call, void *input);
bool agent_prepare_heartbeat(struct call *call, void *input);
extern const struct shape heartbeat_view_shape;
void agent_answer_heartbeat(struct call *call, const void *answer);

extern const struct shape accepted_view_shape;
void agent_answer_accepted(struct call *call, const void *answer);

extern const struct shape control_view_shape;
void agent_answer_control(struct call *call, const void *answer);

bool agent_prepare_complete(struct call *call, void *input);

#endif
