/*
 * Why commands in workspaces are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"

const struct refusal refused_workspace_missing = {
    "workspace_not_found",
    STATUS_NOT_FOUND,
    "Workspace %s was not found",
    "List the workspaces that you may see.",
};
const struct refusal refused_workspace_archived = {
    "workspace_archived",
    STATUS_CONFLICT,
    "Archived workspaces are read-only. Restore the workspace before making changes.",
    "Restore the workspace, or work in another one.",
};
const struct refusal refused_slug_taken = {
    "slug_taken",
    STATUS_CONFLICT,
    "A workspace with this slug already exists.",
    "Choose another slug; those of archived workspaces count too.",
};
const struct refusal refused_archived_default = {
    "archived_default",
    STATUS_CONFLICT,
    "Archived workspaces cannot become the default workspace.",
    "Leave out isDefault or isArchived.",
};
const struct refusal refused_settings_archived = {
    "workspace_settings_archived",
    STATUS_CONFLICT,
    "Archived workspaces are read-only. Restore the workspace before changing settings.",
    "Send isArchived: false, and nothing else, first.",
};
const struct refusal refused_default_by_admin = {
    "default_needs_platform_admin",
    STATUS_FORBIDDEN,
    "Platform admin access is required.",
    "Ask a platform admin to choose the default workspace.",
};
const struct refusal refused_default_unset = {
    "default_cannot_be_unset",
    STATUS_INVALID,
    "Default workspace cannot be unset directly. Select another workspace as default first.",
    "Send isDefault: true to the workspace that is to be the default.",
};
const struct refusal refused_default_archived = {
    "default_cannot_be_archived",
    STATUS_CONFLICT,
    "Default workspace cannot be archived. Select another default workspace first.",
    "Send isDefault: true to another workspace first.",
};
const struct refusal refused_default_deleted = {
    "default_cannot_be_deleted",
    STATUS_CONFLICT,
    "Default workspace cannot be deleted. Select another default workspace first.",
    "Send isDefault: true to another workspace first.",
};
const struct refusal refused_workspace_too_large = {
    "workspace_too_large",
    STATUS_CONFLICT,
    "This workspace holds more than can be removed at once. Remove some of its %s first.",
    "Remove nodes, teams or members, then try again.",
};
const struct refusal refused_timezone_unknown = {
    "timezone_unknown",
    STATUS_INVALID,
    "%s is not a valid IANA timezone.",
    "Use a name like Europe/Istanbul; offsets are not accepted.",
};
const struct refusal refused_user_missing = {
    "user_not_found",
    STATUS_NOT_FOUND,
    "User %s was not found.",
    "List the assignable users.",
};
const struct refusal refused_user_not_accepted = {
    "user_not_assignable",
    STATUS_INVALID,
    "Only active accepted users can be added to a workspace.",
    "Wait until the invitation is accepted, or activate the account.",
};
const struct refusal refused_member_already = {
    "member_already",
    STATUS_CONFLICT,
    "This user is already a member of the workspace.",
    "Change the role of the membership instead.",
};
const struct refusal refused_membership_missing = {
    "membership_not_found",
    STATUS_NOT_FOUND,
    "Workspace membership %s was not found",
    "List the members of the workspace.",
};
const struct refusal refused_last_owner = {
    "last_owner",
    STATUS_CONFLICT,
    "The last owner of a workspace cannot be removed or demoted.",
    "Make another member an owner first.",
};
const struct refusal refused_team_not_found = {
    "team_not_found",
    STATUS_NOT_FOUND,
    "Team %s was not found",
    "List the teams of the workspace.",
};
const struct refusal refused_team_name_taken = {
    "team_name_taken",
    STATUS_CONFLICT,
    "A team with this name already exists in the workspace.",
    "Choose another name.",
};
const struct refusal refused_team_has_nodes = {
    "node_team_has_nodes",
    STATUS_INVALID,
    "Reassign or clear team-owned nodes before deleting this team.",
    "Give its nodes to another team, or to none.",
};
const struct refusal refused_team_has_schedules = {
    "team_has_schedules",
    STATUS_INVALID,
    "Delete or retarget team schedules before deleting this team.",
    "List the scheduled tasks of the workspace.",
};
const struct refusal refused_not_of_workspace = {
    "not_a_workspace_member",
    STATUS_INVALID,
    "Only workspace members can be added to a team.",
    "Add the person to the workspace first.",
};
const struct refusal refused_team_member_inactive = {
    "team_member_inactive",
    STATUS_INVALID,
    "Only active workspace members can be added to a team.",
    "Activate the account first.",
};
const struct refusal refused_team_member_already = {
    "team_member_already",
    STATUS_CONFLICT,
    "This user is already a member of the team.",
    "Nothing is left to do.",
};
const struct refusal refused_team_membership_missing = {
    "team_membership_not_found",
    STATUS_NOT_FOUND,
    "Team membership for user %s was not found",
    "List the members of the team.",
};

const struct refusal *const workspace_refusals[] = {
    &refused_workspace_missing,
    &refused_workspace_archived,
    &refused_settings_archived,
    &refused_slug_taken,
    &refused_archived_default,
    &refused_default_by_admin,
    &refused_default_unset,
    &refused_default_archived,
    &refused_default_deleted,
    &refused_workspace_too_large,
    &refused_timezone_unknown,
    &refused_user_missing,
    &refused_user_not_accepted,
    &refused_member_already,
    &refused_membership_missing,
    &refused_last_owner,
    &refused_team_not_found,
    &refused_team_name_taken,
    &refused_team_has_nodes,
    &refused_team_has_schedules,
    &refused_not_of_workspace,
    &refused_team_member_inactive,
    &refused_team_member_already,
    &refused_team_membership_missing,
    NULL,
};
