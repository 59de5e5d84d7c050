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

/* What stands for reports that are no JSON: the task has failed; the body is a line. */
struct text agent_stand_in_end(struct arena *arena, struct text body);
struct text agent_stand_in_line(struct arena *arena, struct text body);

#endif
