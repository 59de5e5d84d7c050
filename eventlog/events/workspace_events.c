/*
 * Tables of the events of workspaces and their members; those of teams stand in team_events.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"

const char *const member_role_names[] = {"owner", "admin", "member", "viewer", NULL};
const char *const severity_names[] = {"info", "warning", "critical", NULL};

static const struct field workspace_created_fields[] = {
    {UUID(workspace_created, workspace_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the workspace."},
    {TEXT(workspace_created, name), .tag = 2, .flags = REQUIRED, .max = 160,
     .doc = "Name of the workspace."},
    {TEXT(workspace_created, slug), .tag = 3, .flags = REQUIRED, .max = 80,
     .doc = "Slug: the unique short name in addresses."},
    {TEXT(workspace_created, default_timezone), .tag = 4, .flags = REQUIRED, .max = 80,
     .doc = "IANA time zone of its schedules."},
    {BOOL(workspace_created, is_default), .tag = 5, .flags = REQUIRED,
     .doc = "Whether it is the workspace of requests that name none."},
    {BOOL(workspace_created, is_archived), .tag = 6, .flags = REQUIRED,
     .doc = "Whether it was created archived, and so read-only."},
    {BOOL(workspace_created, automation_email_enabled), .tag = 7, .flags = REQUIRED,
     .doc = "Whether events are mailed."},
    {BOOL(workspace_created, automation_telegram_enabled), .tag = 8, .flags = REQUIRED,
     .doc = "Whether events are sent to Telegram."},
    {PERSONAL(workspace_created, automation_telegram_bot_token), .tag = BOT_TOKEN_TAG,
     .flags = SECRET, .max = 255, .doc = "Token of the Telegram bot."},
    {TEXT(workspace_created, automation_telegram_chat_id), .tag = 10, .max = 255,
     .doc = "Telegram chat that the bot writes to."},
    {ENUMS(workspace_created, automation_email_levels, severity_names), .tag = 11,
     .doc = "Severities of the events that are mailed."},
    {ENUMS(workspace_created, automation_telegram_levels, severity_names), .tag = 12,
     .doc = "Severities of the events that are sent to Telegram."},
    {UUID(workspace_created, created_by_user_id), .tag = 13,
     .doc = "Id of the person who created it."},
};
EVENT_WITH(
    workspace_created,
    EVT_WORKSPACE_CREATED,
    "workspace.created",
    "A workspace was created.",
    SHAPE_WITH(workspace_created, "A workspace was created.", .subject_tag = 1),
    .schema = 1);

static const struct field member_added_fields[] = {
    {UUID(member_added, membership_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the membership."},
    {UUID(member_added, workspace_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the workspace."},
    {UUID(member_added, user_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the person."},
    {ENUM(member_added, role, member_role_names), .tag = 4, .flags = REQUIRED,
     .doc = "Role in the workspace."},
    {BOOL(member_added, is_consequence), .tag = 5,
     .doc = "Whether it follows from creating the workspace."},
    {UUID(member_added, provider_id), .tag = 6,
     .doc = "Id of the provider whose rules did it; absent: somebody did."},
};
EVENT(
    member_added,
    EVT_MEMBER_ADDED,
    "workspace.member_added",
    "A person became a member of a workspace.");

static const struct field workspace_changed_fields[] = {
    {UUID(workspace_changed, workspace_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the workspace."},
    {TEXT(workspace_changed, name), .tag = 2, .max = 160,
     .doc = "New name; absent when unchanged."},
    {TEXT(workspace_changed, slug), .tag = 3, .max = 80, .doc = "New slug; absent when unchanged."},
    {TEXT(workspace_changed, default_timezone), .tag = 4, .max = 80,
     .doc = "New IANA time zone; absent when unchanged."},
    {BOOL(workspace_changed, is_default), .tag = 5,
     .doc = "True when it became the workspace of requests that name none."},
    {BOOL(workspace_changed, is_archived), .tag = 6,
     .doc = "Whether it is archived, and so read-only; absent when unchanged."},
    {BOOL(workspace_changed, automation_email_enabled), .tag = 7,
     .doc = "Whether events are mailed; absent when unchanged."},
    {BOOL(workspace_changed, automation_telegram_enabled), .tag = 8,
     .doc = "Whether events are sent to Telegram; absent when unchanged."},
    {PERSONAL(workspace_changed, automation_telegram_bot_token), .tag = BOT_TOKEN_TAG,
     .flags = SECRET, .max = 255, .doc = "Token of the Telegram bot; empty removes it."},
    {TEXT(workspace_changed, automation_telegram_chat_id), .tag = 10, .max = 255,
     .doc = "Telegram chat that the bot writes to; empty removes it."},
    {ENUMS(workspace_changed, automation_email_levels, severity_names), .tag = 11,
     .doc = "Severities that are mailed; absent when unchanged."},
    {ENUMS(workspace_changed, automation_telegram_levels, severity_names), .tag = 12,
     .doc = "Severities that are sent to Telegram; absent when unchanged."},
    {BOOL(workspace_changed, second_factor_required), .tag = 13,
     .doc = "Whether whoever is to see it needs a second factor; absent when unchanged."},
};
EVENT_WITH(
    workspace_changed,
    EVT_WORKSPACE_CHANGED,
    "workspace.changed",
    "Settings of a workspace changed; absent fields are unchanged.",
    SHAPE_WITH(
        workspace_changed,
        "Settings of a workspace changed; absent fields are unchanged.",
        .subject_tag = 1),
    .schema = 1);

static const struct field workspace_deleted_fields[] = {
    {UUID(workspace_deleted, workspace_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the workspace."},
};
EVENT(workspace_deleted, EVT_WORKSPACE_DELETED, "workspace.deleted", "A workspace was deleted.");

static const struct field workspace_windows_changed_fields[] = {
    {UUID(workspace_windows_changed, workspace_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the workspace."},
    {OBJECTS(workspace_windows_changed, windows, window), .tag = 2, .flags = REQUIRED,
     .doc = "All its windows: no planned work begins while one of them is open."},
};
EVENT(
    workspace_windows_changed,
    EVT_WORKSPACE_WINDOWS_CHANGED,
    "workspace.windows_changed",
    "A workspace has other windows, in which no planned work begins.");

static const struct field member_role_changed_fields[] = {
    {UUID(member_role_changed, membership_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the membership."},
    {UUID(member_role_changed, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the workspace."},
    {UUID(member_role_changed, user_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the person."},
    {ENUM(member_role_changed, role, member_role_names), .tag = 4, .flags = REQUIRED,
     .doc = "New role in the workspace."},
    {UUID(member_role_changed, provider_id), .tag = 5,
     .doc = "Id of the provider whose rules did it; absent: somebody did."},
};
EVENT(
    member_role_changed,
    EVT_MEMBER_ROLE_CHANGED,
    "workspace.member_role_changed",
    "The role of a member changed.");

static const struct field member_removed_fields[] = {
    {UUID(member_removed, membership_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the membership."},
    {UUID(member_removed, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the workspace."},
    {UUID(member_removed, user_id), .tag = 3, .flags = REQUIRED, .doc = "Id of the person."},
    {BOOL(member_removed, is_consequence), .tag = 4, .flags = REQUIRED,
     .doc = "Whether it follows from deleting the workspace."},
    {UUID(member_removed, provider_id), .tag = 5,
     .doc = "Id of the provider whose rules did it; absent: somebody did."},
};
EVENT(member_removed, EVT_MEMBER_REMOVED, "workspace.member_removed", "A person left a workspace.");

const struct event_type *const workspace_event_types[] = {
    &workspace_created_event,
    &member_added_event,
    &workspace_changed_event,
    &workspace_deleted_event,
    &member_role_changed_event,
    &member_removed_event,
    &workspace_windows_changed_event,
    &team_created_event,
    &team_changed_event,
    &team_deleted_event,
    &team_member_added_event,
    &team_member_removed_event,
    NULL,
};
