/*
 * The connection of an agent has ended. Tasks and terminals go on: the agent comes back to them.
 *
 *   api ──disconnect_agent──► [here] ──(node_agent_disconnected, (node_went_offline))──► ledger
 *
 * A connection that another one has replaced leaves nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/connection_commands.h"
#include "commands/node/node.h"

static const struct field disconnect_agent_fields[] = {
    {UUID(disconnect_agent, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(disconnect_agent, connection), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the connection that ended."},
    {ENUM(disconnect_agent, end, connection_end_names), .tag = 3, .flags = REQUIRED,
     .doc = "Reason why the connection ended."},
    {TIMESTAMP(disconnect_agent, last_seen_at), .tag = 4,
     .doc = "Time of the node's last sign of life."},
};
static const struct shape disconnect_agent_shape =
    SHAPE(disconnect_agent, "Connection of an agent that ended.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct disconnect_agent *order = input;
    struct node_agent_disconnected disconnected = {order->node_id, order->connection, order->end};
    struct node_went_offline offline = {
        .node_id = order->node_id,
        .last_seen_at = order->last_seen_at,
        .absence = {ABSENCE_CONNECTION},
    };
    struct node node;

    (void)error;
    if (!node_load(decision, order->node_id, &node) ||
        !uuid_equal(node.connection, order->connection))
        return STATUS_OK;
    decision_emit(
        decision, &node_agent_disconnected_event, order->node_id, node.workspace_id, &disconnected);
    if (node.status.is == NODE_ONLINE)
        decision_emit(
            decision, &node_went_offline_event, order->node_id, node.workspace_id, &offline);
    return STATUS_OK;
}

const struct command disconnect_agent_command = {
    .name = "disconnect_agent",
    .doc = "Reports that the connection of an agent ended.",
    .input = &disconnect_agent_shape,
    .decide = decide,
};
