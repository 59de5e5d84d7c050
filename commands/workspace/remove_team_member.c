/*
 * Take somebody out of a team.
 *
 *   api ──remove_team_member──► [here] ──team_member_removed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field remove_team_member_fields[] = {
    {UUID(remove_team_member, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(remove_team_member, team_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the team."},
    {UUID(remove_team_member, user_id), .tag = 3, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the person."},
};
static const struct shape remove_team_member_shape =
    SHAPE(remove_team_member, "Member of a team to remove.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct remove_team_member *order = input;
    struct team_member_removed removed = {
        .team_id = order->team_id,
        .workspace_id = order->workspace_id,
        .user_id = order->user_id,
        .is_consequence = OPT_FALSE,
    };
    struct bytes key = workspace_pair_key(decision->arena, order->team_id, order->user_id);
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!team_is_of(decision, order->team_id, order->workspace_id, NULL))
        return decision_refuse(
            error, &refused_team_not_found, decision_show(decision, order->team_id));
    if (!model_holder(decision->model, CLAIM_TEAM_MEMBERSHIP, key, &removed.team_membership_id))
        return decision_refuse(
            error, &refused_team_membership_missing, decision_show(decision, order->user_id));
    decision_emit(
        decision, &team_member_removed_event, removed.team_membership_id, order->workspace_id,
        &removed);
    return STATUS_OK;
}

const struct command remove_team_member_command = {
    .name = "remove_team_member",
    .doc = "Removes a person from a team.",
    .input = &remove_team_member_shape,
    .decide = decide,
};
