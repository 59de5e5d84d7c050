/*
 * The workspaces, and which of them is the default one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/workspace/workspaces.h"

#include "eventlog/events/workspace_events.h"

static const struct field workspace_row_fields[] = {
    {UUID(workspace_row, id), .flags = REQUIRED, .doc = "Id of the workspace."},
    {TEXT(workspace_row, name), .flags = REQUIRED, .doc = "Name of the workspace."},
    {TEXT(workspace_row, slug), .flags = REQUIRED,
     .doc = "Unique short name of the workspace in addresses."},
    {TEXT(workspace_row, default_timezone), .flags = REQUIRED,
     .doc = "Time zone of its schedules."},
    {UUID(workspace_row, created_by_user_id), .doc = "Person who created it."},
    {BOOL(workspace_row, is_archived), .flags = REQUIRED, .doc = "Whether it is read-only."},
    {BOOL(workspace_row, is_default), .flags = REQUIRED,
     .doc = "Whether it is the workspace of requests that name none."},
    {BOOL(workspace_row, automation_email_enabled), .flags = REQUIRED,
     .doc = "Whether its events are mailed."},
    {BOOL(workspace_row, automation_telegram_enabled), .flags = REQUIRED,
     .doc = "Whether its events are sent to Telegram."},
    {BYTES(workspace_row, bot_token_box), .flags = HIDDEN,
     .doc = "Token of the Telegram bot, sealed as in the event that set it."},
    {UUID(workspace_row, bot_token_event_id), .flags = HIDDEN,
     .doc = "Event that set the token, which its box is bound to."},
    {TEXT(workspace_row, automation_telegram_chat_id),
     .doc = "Telegram chat that the bot writes to."},
    {ENUMS(workspace_row, automation_email_levels, severity_names), .flags = REQUIRED,
     .doc = "Severities of the events that are mailed."},
    {ENUMS(workspace_row, automation_telegram_levels, severity_names), .flags = REQUIRED,
     .doc = "Severities of the events that are sent to Telegram."},
    {BOOL(workspace_row, second_factor_required), .flags = REQUIRED,
     .doc = "Whether whoever is to see it needs a second factor."},
    {TIMESTAMP(workspace_row, created_at), .flags = REQUIRED,
     .doc = "Time the workspace was created."},
    {TIMESTAMP(workspace_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(workspace_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape workspace_row_shape = SHAPE(workspace_row, "A workspace.");

static const struct table_index indexes[] = {
    {.columns = "is_default desc, is_archived, created_at, id"},
    {.columns = "id", .where = "second_factor_required"},
    {.columns = NULL},
};

const struct table workspaces_table = {
    .name = "workspaces",
    .area = "workspace",
    .shape = &workspace_row_shape,
    .indexes = indexes,
};

static const struct field default_workspace_row_fields[] = {
    {UUID(default_workspace_row, id), .flags = REQUIRED, .doc = "Id of the only row."},
    {UUID(default_workspace_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that is the default."},
};
static const struct shape default_workspace_row_shape =
    SHAPE(default_workspace_row, "The default workspace.");

const struct table default_workspace_table = {
    .name = "default_workspace",
    .area = "workspace",
    .shape = &default_workspace_row_shape,
};
