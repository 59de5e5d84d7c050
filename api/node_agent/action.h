/*
 * What can be asked of a node: a table of types of tasks, from which follow the program that is run, as
 * whom, and what its output says.
 *
 *   type, payload ─► action_prepare ─► job: program, user, time ─► … ─► action_result ─► result
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_ACTION_H
#define API_NODE_AGENT_ACTION_H

#include "core/base/arena.h"
#include "core/base/error.h"
#include "core/shape/shape.h"

struct action;

struct job {
    const struct action *action;
    struct text order;     /* a line for whoever keeps the program */
    const char *root_verb; /* of the root helper that keeps it; NULL: it runs as the agent */
    const char *own_verb;  /* of the agent's own program; NULL: whatever the order names */
    int64_t timeout_us;
    bool ends_agent; /* its purpose is that the agent, or the machine, starts anew */
};

/* `job` lies in the arena, with the type's row and no more than the usual time in it. STATUS_INVALID
 * says what the node will not do, and why. */
MUST_USE enum status action_prepare(
    struct text type,
    struct json payload,
    int64_t usual_timeout_us,
    struct arena *arena,
    struct job *out,
    struct error *error);

/* Does a program's result follow from all of its output? */
bool action_has_result(const struct action *action);

/* The result as a JSON object, in the arena; absent where the output cannot be read as one. */
struct text action_result(const struct action *action, struct text output, struct arena *arena);

#endif
