/*
 * Tables of the events of teams and their members.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"

static const struct field team_created_fields[] = {
    {UUID(team_created, team_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the team."},
    {UUID(team_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the team belongs to."},
    {TEXT(team_created, name), .tag = 3, .flags = REQUIRED, .max = 120,
     .doc = "Name of the team; unique in the workspace."},
    {TEXT(team_created, description), .tag = 4, .max = 2000, .doc = "What the team is for."},
};
EVENT(team_created, EVT_TEAM_CREATED, "workspace.team_created", "A team was created.");

static const struct field team_changed_fields[] = {
    {UUID(team_changed, team_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the team."},
    {UUID(team_changed, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the team belongs to."},
    {TEXT(team_changed, name), .tag = 3, .max = 120, .doc = "New name; absent when unchanged."},
    {TEXT(team_changed, description), .tag = 4, .max = 2000,
     .doc = "New description; empty clears it, absent leaves it unchanged."},
};
EVENT(
    team_changed,
    EVT_TEAM_CHANGED,
    "workspace.team_changed",
    "Name or description of a team changed.");

static const struct field team_deleted_fields[] = {
    {UUID(team_deleted, team_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the team."},
    {UUID(team_deleted, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the team belonged to."},
    {BOOL(team_deleted, is_consequence), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it follows from deleting the workspace."},
};
EVENT(team_deleted, EVT_TEAM_DELETED, "workspace.team_deleted", "A team was deleted.");

static const struct field team_member_added_fields[] = {
    {UUID(team_member_added, team_membership_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the membership in the team."},
    {UUID(team_member_added, team_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the team."},
    {UUID(team_member_added, workspace_id), .tag = 3, .flags = REQUIRED,
     .doc = "Workspace that the team belongs to."},
    {UUID(team_member_added, user_id), .tag = 4, .flags = REQUIRED, .doc = "Id of the person."},
};
EVENT(
    team_member_added,
    EVT_TEAM_MEMBER_ADDED,
    "workspace.team_member_added",
    "A person joined a team.");

static const struct field team_member_removed_fields[] = {
    {UUID(team_member_removed, team_membership_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the membership in the team."},
    {UUID(team_member_removed, team_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the team."},
    {UUID(team_member_removed, workspace_id), .tag = 3, .flags = REQUIRED,
     .doc = "Workspace that the team belongs to."},
    {UUID(team_member_removed, user_id), .tag = 4, .flags = REQUIRED, .doc = "Id of the person."},
    {BOOL(team_member_removed, is_consequence), .tag = 5, .flags = REQUIRED,
     .doc = "Whether it follows from deleting the team or leaving the workspace."},
};
EVENT(
    team_member_removed,
    EVT_TEAM_MEMBER_REMOVED,
    "workspace.team_member_removed",
    "A person left a team.");
