/*
 * A program that is to be run for a task, as it travels from the agent to whoever keeps it: a line of
 * JSON on the keeper's standard input.
 *
 *   claimed task ─► work_order ─► keeper (the agent's own user) or root helper (root) ─► program
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_NODE_AGENT_WORK_ORDER_H
#define API_NODE_AGENT_WORK_ORDER_H

#include "core/shape/shape.h"

enum { WORK_ORDER_BYTES = 1 << 20 };

struct work_order {
    struct list arguments;   /* texts: the program, by its path or its name, and its arguments */
    struct list environment; /* texts: NAME=value, beside the usual ones */
    struct text directory;
};
extern const struct shape work_order_shape;

#endif
