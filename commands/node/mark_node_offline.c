/*
 * A node fell silent: the offline watch noticed.
 *
 *   automation ──mark_node_offline──► [here] ──node_went_offline──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"

static const struct field mark_node_offline_fields[] = {
    {UUID(mark_node_offline, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {TIMESTAMP(mark_node_offline, last_seen_at), .tag = 2,
     .doc = "Time of the node's last sign of life."},
    {INT64(mark_node_offline, timeout_seconds), .tag = 3, .flags = REQUIRED,
     .doc = "Seconds of silence after which a node is offline."},
};
static const struct shape mark_node_offline_shape =
    SHAPE(mark_node_offline, "Node to mark offline.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct mark_node_offline *order = input;
    struct node_went_offline offline = {
        .node_id = order->node_id,
        .last_seen_at = order->last_seen_at,
        .timeout_seconds = order->timeout_seconds,
        .absence = {ABSENCE_SILENCE},
    };
    struct node node;

    (void)error;
    if (node_load(decision, order->node_id, &node) && node.status.is == NODE_ONLINE)
        decision_emit(
            decision, &node_went_offline_event, order->node_id, node.workspace_id, &offline);
    return STATUS_OK;
}

const struct command mark_node_offline_command = {
    .name = "mark_node_offline",
    .doc = "Marks a node offline.",
    .input = &mark_node_offline_shape,
    .decide = decide,
};
