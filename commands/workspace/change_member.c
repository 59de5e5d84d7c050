/*
 * Give a member another role. One owner must stay. The same role again is no news: nothing is
 * recorded, and the membership keeps its revision.
 *
 *   api ──change_member──► [here] ──member_role_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field change_member_fields[] = {
    {UUID(change_member, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(change_member, membership_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the membership."},
    {ENUM(change_member, role, member_role_names), .tag = 3, .flags = REQUIRED,
     .doc = "New role in the workspace."},
};
static const struct shape change_member_shape = SHAPE(change_member, "New role of a member.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_member *order = input;
    struct member_role_changed changed = {
        .membership_id = order->membership_id,
        .workspace_id = order->workspace_id,
        .role = order->role,
    };
    struct membership membership = {0};
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status == STATUS_OK)
        status = membership_must_exist(
            decision, order->workspace_id, order->membership_id, &membership, error);
    if (status == STATUS_OK)
        status = user_must_not_recover_self(decision, membership.user_id, error);
    if (status == STATUS_OK && order->role.is != MEMBER_OWNER)
        status = workspace_another_owner_must_stay(decision, &membership, error);
    if (status != STATUS_OK || membership.role.is == order->role.is)
        return status;
    changed.user_id = membership.user_id;
    decision_emit(
        decision, &member_role_changed_event, order->membership_id, order->workspace_id, &changed);
    return STATUS_OK;
}

const struct command change_member_command = {
    .name = "change_member",
    .doc = "Changes the role of a member.",
    .input = &change_member_shape,
    .decide = decide,
};
