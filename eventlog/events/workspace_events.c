/*
 * Tables of the events of workspaces and members.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"

const char *const member_role_names[] = {"owner", "admin", "member", "viewer", NULL};
const char *const severity_names[] = {"info", "warning", "critical", NULL};

static const struct field workspace_created_fields[] = {
    {UUID(workspace_created, workspace_id), .tag = 1, .flags = REQUIRED, .doc = "The workspace."},
    {TEXT(workspace_created, name), .tag = 2, .flags = REQUIRED, .max = 160, .doc = "Its name."},
    {TEXT(workspace_created, slug), .tag = 3, .flags = REQUIRED, .max = 80,
     .doc = "Its unique short name in addresses."},
    {TEXT(workspace_created, default_timezone), .tag = 4, .flags = REQUIRED, .max = 80,
     .doc = "Time zone of its schedules."},
    {FLAG(workspace_created, is_default), .tag = 5, .flags = REQUIRED,
     .doc = "Is it the one for whatever names none?"},
    {FLAG(workspace_created, is_archived), .tag = 6, .flags = REQUIRED,
     .doc = "Was it made read-only?"},
    {FLAG(workspace_created, automation_email_enabled), .tag = 7, .flags = REQUIRED,
     .doc = "Are events mailed?"},
    {FLAG(workspace_created, automation_telegram_enabled), .tag = 8, .flags = REQUIRED,
     .doc = "Are events sent to Telegram?"},
    {TEXT(workspace_created, automation_telegram_bot_token), .tag = 9, .flags = SECRET, .max = 255,
     .doc = "Token of the Telegram bot."},
    {TEXT(workspace_created, automation_telegram_chat_id), .tag = 10, .max = 255,
     .doc = "Chat that the bot writes to."},
    {CHOICES(workspace_created, automation_email_levels, severity_names), .tag = 11,
     .doc = "Severities that are mailed."},
    {CHOICES(workspace_created, automation_telegram_levels, severity_names), .tag = 12,
     .doc = "Severities that go to Telegram."},
    {UUID(workspace_created, created_by_user_id), .tag = 13, .doc = "Who made it."},
};
EVENT(
    workspace_created,
    EVT_WORKSPACE_CREATED,
    "workspace.created",
    "A workspace exists from now on.");

static const struct field member_added_fields[] = {
    {UUID(member_added, membership_id), .tag = 1, .flags = REQUIRED, .doc = "The membership."},
    {UUID(member_added, workspace_id), .tag = 2, .flags = REQUIRED, .doc = "The workspace."},
    {UUID(member_added, user_id), .tag = 3, .flags = REQUIRED, .doc = "The person."},
    {CHOICE(member_added, role, member_role_names), .tag = 4, .flags = REQUIRED,
     .doc = "What they may do there."},
};
EVENT(
    member_added,
    EVT_MEMBER_ADDED,
    "workspace.member_added",
    "Somebody belongs to a workspace from now on.");

const struct event_type *const workspace_event_types[] = {
    &workspace_created_event,
    &member_added_event,
    NULL,
};
