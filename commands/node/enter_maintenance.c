/*
 * A node takes no new work for a while; what waits for it is kept. Said again it begins anew, with
 * the new reason.
 *
 *   api ──enter_maintenance──► [here] ──node_maintenance_entered──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"

static const struct field enter_maintenance_fields[] = {
    {UUID(enter_maintenance, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(enter_maintenance, id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the node."},
    {TEXT(enter_maintenance, reason), .tag = 3, .flags = MANY_LINES | TRIM, .max = 500,
     .doc = "Reason of the maintenance."},
};
static const struct shape enter_maintenance_shape =
    SHAPE(enter_maintenance, "Node to put into maintenance.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct enter_maintenance *order = input;
    struct node_maintenance_entered entered = {.node_id = order->id};
    struct node node;
    enum status status =
        node_must_be_changeable(decision, order->workspace_id, order->id, &node, error);

    if (status != STATUS_OK)
        return status;
    if (order->reason.size > 0)
        entered.reason = order->reason;
    decision_emit(
        decision, &node_maintenance_entered_event, order->id, node.workspace_id, &entered);
    return STATUS_OK;
}

const struct command enter_maintenance_command = {
    .name = "enter_maintenance",
    .doc = "Puts a node into maintenance: it takes no new tasks.",
    .input = &enter_maintenance_shape,
    .decide = decide,
};
