/*
 * Take somebody with an account into a workspace.
 *
 *   api ──add_member──► [here] ──member_added──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field add_member_fields[] = {
    {UUID(add_member, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(add_member, user_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the person."},
    {ENUM(add_member, role, member_role_names), .tag = 3, .flags = REQUIRED,
     .doc = "Role in the workspace."},
};
static const struct shape add_member_shape = SHAPE(add_member, "Person to add to a workspace.");

static enum status
check(const struct decision *decision, const struct add_member *order, struct error *error)
{
    bool is_accepted;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (!user_is_there(decision, order->user_id, &is_accepted))
        return decision_refuse(
            error, &refused_user_missing, decision_show(decision, order->user_id));
    if (!is_accepted)
        return decision_refuse(error, &refused_user_not_accepted);
    if (workspace_role(decision, order->workspace_id, order->user_id) != 0)
        return decision_refuse(error, &refused_member_already);
    return user_must_not_recover_self(decision, order->user_id, error);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct add_member *order = input;
    struct member_added added = {
        .workspace_id = order->workspace_id,
        .user_id = order->user_id,
        .role = order->role,
    };
    enum status status = check(decision, order, error);

    if (status != STATUS_OK)
        return status;
    added.membership_id = decision_id(decision);
    decision_emit(decision, &member_added_event, added.membership_id, order->workspace_id, &added);
    return STATUS_OK;
}

const struct command add_member_command = {
    .name = "add_member",
    .doc = "Adds a person to a workspace.",
    .input = &add_member_shape,
    .decide = decide,
};
