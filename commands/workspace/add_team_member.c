/*
 * Take a member of the workspace into a team.
 *
 *   api ──add_team_member──► [here] ──team_member_added──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field add_team_member_fields[] = {
    {UUID(add_team_member, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(add_team_member, team_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the team."},
    {UUID(add_team_member, user_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the person."},
};
static const struct shape add_team_member_shape =
    SHAPE(add_team_member, "Member of the workspace to add to a team.");

static enum status
check(const struct decision *decision, const struct add_team_member *order, struct error *error)
{
    bool is_active = false;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!team_is_of(decision, order->team_id, order->workspace_id, NULL))
        return decision_refuse(
            error, &refused_team_not_found, decision_show(decision, order->team_id));
    if (workspace_role(decision, order->workspace_id, order->user_id) == 0)
        return decision_refuse(error, &refused_not_of_workspace);
    if (!user_is_there(decision, order->user_id, &is_active))
        return decision_refuse(
            error, &refused_user_missing, decision_show(decision, order->user_id));
    if (!is_active)
        return decision_refuse(error, &refused_team_member_inactive);
    if (model_linked(decision->model, LINK_TEAM_MEMBER, order->team_id, order->user_id, NULL))
        return decision_refuse(error, &refused_team_member_already);
    return STATUS_OK;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct add_team_member *order = input;
    struct team_member_added added = {
        .team_id = order->team_id,
        .workspace_id = order->workspace_id,
        .user_id = order->user_id,
    };
    enum status status = check(decision, order, error);

    if (status != STATUS_OK)
        return status;
    added.team_membership_id = decision_id(decision);
    decision_emit(
        decision, &team_member_added_event, added.team_membership_id, order->workspace_id, &added);
    return STATUS_OK;
}

const struct command add_team_member_command = {
    .name = "add_team_member",
    .doc = "Adds a member of the workspace to a team.",
    .input = &add_team_member_shape,
    .decide = decide,
};
