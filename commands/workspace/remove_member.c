/*
 * Take somebody out of a workspace, and so out of its teams. One owner must stay.
 *
 *   api ──remove_member──► [here] ──team_member_removed*, schedule_disabled*, rolling_run_stopped*, member_removed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rolling/rolling_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field remove_member_fields[] = {
    {UUID(remove_member, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(remove_member, membership_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the membership."},
};
static const struct shape remove_member_shape = SHAPE(remove_member, "Member to remove.");

void workspace_emit_member_left(struct decision *decision, const struct member_removed *removed)
{
    workspace_emit_teams_left(decision, removed->user_id, removed->workspace_id);
    schedule_emit_owner_left(decision, removed->user_id, removed->workspace_id);
    rolling_emit_owner_left(decision, removed->user_id, removed->workspace_id);
    decision_emit(
        decision, &member_removed_event, removed->membership_id, removed->workspace_id, removed);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct remove_member *order = input;
    struct member_removed removed = {
        .membership_id = order->membership_id,
        .workspace_id = order->workspace_id,
        .is_consequence = OPT_FALSE,
    };
    struct membership membership;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status == STATUS_OK)
        status = membership_must_exist(
            decision, order->workspace_id, order->membership_id, &membership, error);
    if (status == STATUS_OK)
        status = workspace_another_owner_must_stay(decision, &membership, error);
    if (status != STATUS_OK)
        return status;
    removed.user_id = membership.user_id;
    workspace_emit_member_left(decision, &removed);
    return STATUS_OK;
}

const struct command remove_member_command = {
    .name = "remove_member",
    .doc = "Removes a person from a workspace.",
    .input = &remove_member_shape,
    .decide = decide,
};
