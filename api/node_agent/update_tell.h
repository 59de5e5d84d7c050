/*
 * What a running agent says of an update that it is the end of: that it, the new program, is here; or why the old one is
 * back. It is said until the server has heard it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_UPDATE_TELL_H
#define API_NODE_AGENT_UPDATE_TELL_H

#include "api/node_agent/agent.h"

struct update_tell;

/* NULL where there is nothing to say. Given to the caller. */
struct update_tell *update_tell_new(struct agent *agent);
void update_tell_free(struct update_tell *tell); /* accepts NULL */

#endif
