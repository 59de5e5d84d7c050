/*
 * Delete a team that looks after no nodes and that no schedule aims at; its members leave it.
 *
 *   api ──delete_team──► [here] ──team_member_removed*, team_deleted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field delete_team_fields[] = {
    {UUID(delete_team, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(delete_team, team_id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the team."},
};
static const struct shape delete_team_shape = SHAPE(delete_team, "Team to delete.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_team *order = input;
    struct team_deleted deleted = {order->team_id, order->workspace_id, OPT_FALSE};
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!team_is_of(decision, order->team_id, order->workspace_id, NULL))
        return decision_refuse(
            error, &refused_team_not_found, decision_show(decision, order->team_id));
    if (node_team_has_nodes(decision, order->team_id))
        return decision_refuse(error, &refused_team_has_nodes);
    if (schedule_aims_at_team(decision, order->team_id))
        return decision_refuse(error, &refused_team_has_schedules);
    workspace_emit_team_emptied(decision, order->team_id, order->workspace_id);
    decision_emit(decision, &team_deleted_event, order->team_id, order->workspace_id, &deleted);
    return STATUS_OK;
}

const struct command delete_team_command = {
    .name = "delete_team",
    .doc = "Deletes a team.",
    .input = &delete_team_shape,
    .decide = decide,
};
