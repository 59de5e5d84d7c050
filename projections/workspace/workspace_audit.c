/*
 * What the audit trail says of workspaces, their members and teams. What only follows from
 * something else (the first owner, all that goes with a workspace) has no entry of its own. A
 * person is called by their address, or by their id when they were forgotten.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"
#include "migrations/identity/users.h"
#include "migrations/workspace/teams.h"
#include "migrations/workspace/workspaces.h"
#include "projections/audit.h"

#define WORKSPACE(event_tag, action_name)                                                          \
    .event = &event_tag##_event, .action = action_name, .target_type = "workspace",                \
    .target_id = OF_EVENT(event_tag, workspace_id), .table = &workspaces_table

#define MEMBER(event_tag, action_name)                                                             \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = action_name,                   \
    .table = &users_table, .key = OF_EVENT(event_tag, user_id),                                    \
    .label = {OF_ROW(user_row, email), OF_EVENT(event_tag, user_id)}

#define TEAM(event_tag, action_name)                                                               \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = action_name,                   \
    .target_type = "team", .target_id = OF_EVENT(event_tag, team_id), .table = &teams_table

static const struct detail workspace_created_details[] = {
    {.name = "slug", .from = OF_EVENT(workspace_created, slug)},
    {.name = "default_timezone", .from = OF_EVENT(workspace_created, default_timezone)},
    {0},
};
static const struct detail workspace_before[] = {
    {.name = "name", .from = OF_ROW(workspace_row, name)},
    {.name = "slug", .from = OF_ROW(workspace_row, slug)},
    {.name = "default_timezone", .from = OF_ROW(workspace_row, default_timezone)},
    {.name = "is_archived", .from = OF_ROW(workspace_row, is_archived)},
    {.name = "is_default", .from = OF_ROW(workspace_row, is_default)},
    {.name = "second_factor_required", .from = OF_ROW(workspace_row, second_factor_required)},
    {0},
};
static const struct detail workspace_after[] = {
    {.name = "name",
     .from = OF_EVENT(workspace_changed, name),
     .or_from = OF_ROW(workspace_row, name)},
    {.name = "slug",
     .from = OF_EVENT(workspace_changed, slug),
     .or_from = OF_ROW(workspace_row, slug)},
    {.name = "default_timezone",
     .from = OF_EVENT(workspace_changed, default_timezone),
     .or_from = OF_ROW(workspace_row, default_timezone)},
    {.name = "is_archived",
     .from = OF_EVENT(workspace_changed, is_archived),
     .or_from = OF_ROW(workspace_row, is_archived)},
    {.name = "is_default",
     .from = OF_EVENT(workspace_changed, is_default),
     .or_from = OF_ROW(workspace_row, is_default)},
    {.name = "second_factor_required",
     .from = OF_EVENT(workspace_changed, second_factor_required),
     .or_from = OF_ROW(workspace_row, second_factor_required)},
    {0},
};
static const struct detail windows_details[] = {
    {.name = "windows", .from = OF_EVENT(workspace_windows_changed, windows)},
    {0},
};
/* Of a provider's, where no person did it. */
#define BY_RULES(tag)                                                                              \
    {                                                                                              \
        .name = "provider_id", .from = OF_EVENT(tag, provider_id), .is_omitted_when_absent = true  \
    }
static const struct detail member_added_details[] = {
    {.name = "role", .from = OF_EVENT(member_added, role)},
    BY_RULES(member_added),
    {0},
};
static const struct detail member_role_changed_details[] = {
    {.name = "role", .from = OF_EVENT(member_role_changed, role)},
    BY_RULES(member_role_changed),
    {0},
};
static const struct detail team_changed_details[] = {
    {.name = "description",
     .from = OF_EVENT(team_changed, description),
     .or_from = OF_ROW(team_row, description),
     .is_null_when_empty = true},
    {0},
};
static const struct detail team_member_added_details[] = {
    {.name = "team_id", .from = OF_EVENT(team_member_added, team_id)},
    {0},
};
static const struct detail team_member_removed_details[] = {
    {.name = "team_id", .from = OF_EVENT(team_member_removed, team_id)},
    {0},
};

const struct audit_rule workspace_audit_rules[] = {
    {WORKSPACE(workspace_created, "workspace.created"), .list = AUDIT_PLATFORM,
     .is_by_users_only = true, .label = {OF_EVENT(workspace_created, name)},
     .metadata = workspace_created_details},
    {WORKSPACE(workspace_changed, "workspace.updated"), .list = AUDIT_WORKSPACE,
     .label = {OF_EVENT(workspace_changed, name), OF_ROW(workspace_row, name)},
     .before = workspace_before, .after = workspace_after},
    {WORKSPACE(workspace_deleted, "workspace.deleted"), .list = AUDIT_PLATFORM_AND_WORKSPACE,
     .label = {OF_ROW(workspace_row, name)}},
    {WORKSPACE(workspace_windows_changed, "workspace.windows.updated"), .list = AUDIT_WORKSPACE,
     .label = {OF_ROW(workspace_row, name)}, .metadata = windows_details},
    {MEMBER(member_added, "workspace.member.added"), .target_type = "user",
     .target_id = OF_EVENT(member_added, user_id), .unless = OF_EVENT(member_added, is_consequence),
     .metadata = member_added_details},
    {MEMBER(member_role_changed, "workspace.member.updated"), .target_type = "user",
     .target_id = OF_EVENT(member_role_changed, user_id), .metadata = member_role_changed_details},
    {MEMBER(member_removed, "workspace.member.removed"), .target_type = "workspace_membership",
     .target_id = OF_EVENT(member_removed, membership_id),
     .unless = OF_EVENT(member_removed, is_consequence)},
    {TEAM(team_created, "team.created"), .label = {OF_EVENT(team_created, name)}},
    {TEAM(team_changed, "team.updated"),
     .label = {OF_EVENT(team_changed, name), OF_ROW(team_row, name)},
     .metadata = team_changed_details},
    {TEAM(team_deleted, "team.deleted"), .unless = OF_EVENT(team_deleted, is_consequence),
     .label = {OF_ROW(team_row, name)}},
    {MEMBER(team_member_added, "team.member.added"), .target_type = "user",
     .target_id = OF_EVENT(team_member_added, user_id), .metadata = team_member_added_details},
    {MEMBER(team_member_removed, "team.member.removed"), .target_type = "user",
     .target_id = OF_EVENT(team_member_removed, user_id),
     .unless = OF_EVENT(team_member_removed, is_consequence),
     .metadata = team_member_removed_details},
    {0},
};
