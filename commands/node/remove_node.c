/*
 * Remove a node: its tasks and terminals end, its name is free again, its credential is void.
 *
 *   api ──remove_node──► [here] ──task_cancelled*, task_abandoned*, terminal_failed*,
 *                                 schedule_deleted*, node_removed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/task/task_lookup.h"
#include "commands/terminal/terminal_lookup.h"

enum { MOST_ENDS = 9999 }; /* a command has 10,000 events at most */

static const struct field remove_node_fields[] = {
    {UUID(remove_node, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(remove_node, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the node."},
};
static const struct shape remove_node_shape = SHAPE(remove_node, "Node to remove.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct remove_node *order = input;
    struct node_removed removed = {order->id};
    struct node node;
    enum status status =
        node_must_be_changeable(decision, order->workspace_id, order->id, &node, error);

    if (status == STATUS_OK && task_count_open(decision, order->id, MOST_ENDS) +
                                       terminal_count_live(decision, order->id, MOST_ENDS) +
                                       schedule_count_of_node(decision, order->id, MOST_ENDS) >
                                   MOST_ENDS)
        status = decision_refuse(error, &refused_node_too_busy);
    if (status != STATUS_OK)
        return status;
    task_emit_ends(decision, order->id, ABANDONED_NODE_REMOVED);
    terminal_emit_ends(decision, order->id, TERMINAL_ENDED_NODE_REMOVED);
    schedule_emit_node_removed(decision, order->id);
    decision_emit(decision, &node_removed_event, order->id, node.workspace_id, &removed);
    return STATUS_OK;
}

const struct command remove_node_command = {
    .name = "remove_node",
    .doc = "Removes a node.",
    .input = &remove_node_shape,
    .decide = decide,
};
