/*
 * Rows of the table of actions, and what preparing them has in common. For files of this folder only.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_ACTION_INTERNAL_H
#define API_NODE_AGENT_ACTION_INTERNAL_H

#include "api/node_agent/action.h"
#include "core/base/buf.h"

struct action {
    const char *type; /* "shell.exec" */
    enum status (*prepare)(
        struct text payload, struct arena *arena, struct job *out, struct error *error);
    /* Appends the result as a JSON object; false where the output is none. NULL: there is none. */
    bool (*read_result)(struct text output, struct arena *arena, struct buf *out);
};

extern const struct action shell_action;
extern const struct action package_actions[]; /* ended by a row without a type */
extern const struct action log_scan_action;
extern const struct action update_action;

/* Members of a payload: absent where they are missing or of another kind. */
struct text action_text(struct arena *arena, struct text payload, const char *name);
bool action_flag(struct arena *arena, struct text payload, const char *name);

/* A job's order for a program and its arguments; NULL ends them. */
void action_order(struct arena *arena, struct job *job, const struct text *arguments, size_t count);

#endif
