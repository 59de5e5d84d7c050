/*
 * What a workspace's end does to its nodes, for the command that decides it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_lookup.h"
#include "commands/task/task_lookup.h"
#include "commands/terminal/terminal_lookup.h"

bool node_team_has_nodes(const struct decision *decision, struct uuid team_id)
{
    struct uuid any;

    return node_next_of_team(decision, team_id, UUID_NONE, &any);
}

uint64_t
node_count_removals(const struct decision *decision, struct uuid workspace_id, uint64_t most)
{
    struct uuid node_id = UUID_NONE;
    uint64_t count = model_count_links(decision->model, LINK_WORKSPACE_INSTALL, workspace_id, most);

    while (count <= most &&
           model_next_link(
               decision->model, LINK_WORKSPACE_NODE, workspace_id, node_id, &node_id, NULL))
        count += 1 + task_count_open(decision, node_id, most) +
                 terminal_count_live(decision, node_id, most);
    return count;
}

static void emit_expiries(struct decision *decision, struct uuid workspace_id)
{
    struct install_expired expired = {UUID_NONE};

    while (model_next_link(
        decision->model, LINK_WORKSPACE_INSTALL, workspace_id, expired.install_id,
        &expired.install_id, NULL))
        decision_emit(decision, &install_expired_event, expired.install_id, workspace_id, &expired);
}

void node_emit_removals(struct decision *decision, struct uuid workspace_id)
{
    struct node_removed removed = {UUID_NONE};

    while (model_next_link(
        decision->model, LINK_WORKSPACE_NODE, workspace_id, removed.node_id, &removed.node_id,
        NULL)) {
        task_emit_ends(decision, removed.node_id, ABANDONED_WORKSPACE_DELETED);
        terminal_emit_ends(decision, removed.node_id, TERMINAL_ENDED_NODE_REMOVED);
        decision_emit(decision, &node_removed_event, removed.node_id, workspace_id, &removed);
    }
    emit_expiries(decision, workspace_id);
}
