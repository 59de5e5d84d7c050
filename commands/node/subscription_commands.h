/*
 * Question of whoever wants to hear of a node or a workspace.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_NODE_SUBSCRIPTION_COMMANDS_H
#define COMMANDS_NODE_SUBSCRIPTION_COMMANDS_H

#include "commands/command.h"

/* A question: may somebody hear of a node, or else of a workspace? Refused unless. */
struct query_subscription {
    struct uuid user_id;
    struct opt_bool sees_all;
    struct uuid node_id;
    struct uuid workspace_id;
};
struct subscription_lookup {
    struct uuid workspace_id; /* that it belongs to */
};
extern const struct command query_subscription_command;

#endif
