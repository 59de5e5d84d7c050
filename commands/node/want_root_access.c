/*
 * An operator wants a root access profile. It is pending until the agent has reported, also where
 * the same one is in force: that is how a failed attempt is repeated.
 *
 *   api ──want_root_access──► [here] ──node_root_access_wanted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"

static const struct field want_root_access_fields[] = {
    {UUID(want_root_access, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Where it must belong; absent: anywhere."},
    {UUID(want_root_access, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "The node."},
    {ENUM(want_root_access, profile, root_profile_names), .tag = 3, .flags = REQUIRED,
     .doc = "What its agent is to apply."},
};
static const struct shape want_root_access_shape =
    SHAPE(want_root_access, "Want a root access profile on a node.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct want_root_access *order = input;
    struct node_root_access_wanted wanted = {order->id, order->profile};
    struct node node;
    enum status status =
        node_must_be_changeable(decision, order->workspace_id, order->id, &node, error);

    if (status == STATUS_OK)
        decision_emit(
            decision, &node_root_access_wanted_event, order->id, node.workspace_id, &wanted);
    return status;
}

const struct command want_root_access_command = {
    .name = "want_root_access",
    .doc = "Want a root access profile on a node.",
    .input = &want_root_access_shape,
    .decide = decide,
};
