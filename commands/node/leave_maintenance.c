/*
 * A node takes work again; what waited for it is announced to its agent.
 *
 *   api ──leave_maintenance──► [here] ──node_maintenance_left──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"

static const struct field leave_maintenance_fields[] = {
    {UUID(leave_maintenance, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(leave_maintenance, id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the node."},
};
static const struct shape leave_maintenance_shape =
    SHAPE(leave_maintenance, "Node that leaves maintenance.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct leave_maintenance *order = input;
    struct node_maintenance_left left = {order->id};
    struct node node;
    enum status status =
        node_must_be_changeable(decision, order->workspace_id, order->id, &node, error);

    if (status == STATUS_OK)
        decision_emit(decision, &node_maintenance_left_event, order->id, node.workspace_id, &left);
    return status;
}

const struct command leave_maintenance_command = {
    .name = "leave_maintenance",
    .doc = "Ends the maintenance of a node: it takes tasks again.",
    .input = &leave_maintenance_shape,
    .decide = decide,
};
