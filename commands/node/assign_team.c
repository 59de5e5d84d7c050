/*
 * Another team looks after a node, or none.
 *
 *   api ──assign_team──► [here] ──node_team_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field assign_team_fields[] = {
    {UUID(assign_team, workspace_id), .tag = 1, .flags = FROM_PATH,
     .doc = "Workspace that it must belong to; any when absent."},
    {UUID(assign_team, id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the node."},
    {UUID(assign_team, team_id), .tag = 3, .doc = "Id of the team; null for none."},
};
static const struct shape assign_team_shape = SHAPE(assign_team, "Team to assign a node to.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct assign_team *order = input;
    struct node_team_changed changed = {.node_id = order->id, .team_id = order->team_id};
    struct node node;
    enum status status =
        node_must_be_changeable(decision, order->workspace_id, order->id, &node, error);

    if (status == STATUS_OK)
        status = team_must_be_of(decision, order->team_id, node.workspace_id, error);
    if (status == STATUS_OK && uuid_is_present(order->team_id))
        (void)team_is_of(decision, order->team_id, node.workspace_id, &changed.team_name);
    if (status == STATUS_OK)
        decision_emit(decision, &node_team_changed_event, order->id, node.workspace_id, &changed);
    return status;
}

const struct command assign_team_command = {
    .name = "assign_team",
    .doc = "Assigns a node to a team, or to none.",
    .input = &assign_team_shape,
    .decide = decide,
};
