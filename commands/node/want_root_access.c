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
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(want_root_access, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the node."},
    {ENUM(want_root_access, profile, root_profile_names), .tag = 3, .flags = REQUIRED,
     .doc = "Root access profile that the agent is to apply."},
};
static const struct shape want_root_access_shape =
    SHAPE(want_root_access, "Root access profile to set.");

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
    .doc = "Sets the root access profile of a node.",
    .input = &want_root_access_shape,
    .decide = decide,
};
