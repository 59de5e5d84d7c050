/*
 * How workspaces look to callers, and the queries that find them. Everybody sees their own, with
 * their role there; a platform admin sees all, as an owner. The token of the Telegram bot is for
 * those who may set it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/workspace/workspace_view.h"

#include "api/call.h"
#include "eventlog/events/workspace_events.h"

struct workspace_view {
    struct uuid id;
    struct text name;
    struct text slug;
    struct text default_timezone;
    struct uuid created_by_user_id;
    struct opt_bool is_archived;
    struct opt_bool is_default;
    struct opt_bool automation_email_enabled;
    struct opt_bool automation_telegram_enabled;
    struct text automation_telegram_bot_token;
    struct text automation_telegram_chat_id;
    struct list automation_email_levels;
    struct list automation_telegram_levels;
    struct timestamp created_at;
    struct timestamp updated_at;
    struct enum_value current_user_role;
    int64_t revision;
};

static const struct field workspace_view_fields[] = {
    {UUID(workspace_view, id), .tag = 1, .flags = REQUIRED, .doc = "The workspace."},
    {TEXT(workspace_view, name), .tag = 2, .flags = REQUIRED, .doc = "Its name."},
    {TEXT(workspace_view, slug), .tag = 3, .flags = REQUIRED, .doc = "Its unique short name."},
    {TEXT(workspace_view, default_timezone), .tag = 4, .flags = REQUIRED,
     .doc = "Time zone of its schedules."},
    {UUID(workspace_view, created_by_user_id), .tag = 5, .doc = "Who made it."},
    {BOOL(workspace_view, is_archived), .tag = 6, .flags = REQUIRED, .doc = "Read-only?"},
    {BOOL(workspace_view, is_default), .tag = 7, .flags = REQUIRED,
     .doc = "The one for whatever names none?"},
    {BOOL(workspace_view, automation_email_enabled), .tag = 8, .flags = REQUIRED,
     .doc = "Are events mailed?"},
    {BOOL(workspace_view, automation_telegram_enabled), .tag = 9, .flags = REQUIRED,
     .doc = "Do events go to Telegram?"},
    {TEXT(workspace_view, automation_telegram_bot_token), .tag = 10,
     .doc = "Token of the bot; for owners and admins only, null for others."},
    {TEXT(workspace_view, automation_telegram_chat_id), .tag = 11,
     .doc = "Chat that the bot writes to."},
    {ENUMS(workspace_view, automation_email_levels, severity_names), .tag = 12, .flags = REQUIRED,
     .doc = "Severities that are mailed."},
    {ENUMS(workspace_view, automation_telegram_levels, severity_names), .tag = 13,
     .flags = REQUIRED, .doc = "Severities that go to Telegram."},
    {TIMESTAMP(workspace_view, created_at), .tag = 14, .flags = REQUIRED, .doc = "Since when."},
    {TIMESTAMP(workspace_view, updated_at), .tag = 15, .flags = REQUIRED, .doc = "Last change."},
    {ENUM(workspace_view, current_user_role, member_role_names), .tag = 16, .flags = OMIT_ABSENT,
     .doc = "What the caller may do there."},
    {INT64(workspace_view, revision), .tag = 17, .flags = SECRET, .doc = "For entity tags."},
};
static const struct shape workspace_view_shape = SHAPE(workspace_view, "A workspace.");

/* Which workspaces a caller sees. */
struct workspace_filter {
    struct uuid workspace_id; /* FROM_PATH; absent: all */
    struct uuid user_id;      /* SERVER_SET: whose memberships count; absent: an admin sees all */
};

static const struct field workspace_filter_fields[] = {
    {UUID(workspace_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Only this one."},
    {UUID(workspace_filter, user_id), .tag = 2, .flags = SERVER_SET, .doc = "Of this person."},
};
static const struct shape workspace_filter_shape = SHAPE(workspace_filter, "Which workspaces.");

/* A platform admin sees with everybody's eyes. */
static void narrow(struct call *call, void *input)
{
    struct workspace_filter *filter = input;

    if (!call->access.is_platform_admin)
        filter->user_id = call->actor.id;
}

#define WORKSPACE_SELECT(role)                                                                     \
    "select w.id, w.name, w.slug, w.default_timezone, w.created_by_user_id, w.is_archived,\n"      \
    "    w.is_default, w.automation_email_enabled, w.automation_telegram_enabled,\n"               \
    "    case when :user_id::uuid is null or m.role in ('owner', 'admin')\n"                       \
    "        then w.automation_telegram_bot_token end as automation_telegram_bot_token,\n"         \
    "    w.automation_telegram_chat_id, w.automation_email_levels,\n"                              \
    "    w.automation_telegram_levels, w.created_at, w.updated_at,\n"                              \
    "    " role " as current_user_role,\n"                                                         \
    "    w.revision\n"                                                                             \
    "from workspaces w\n"                                                                          \
    "left join memberships m on m.workspace_id = w.id and m.user_id = :user_id\n"                  \
    "where (:user_id::uuid is null or m.id is not null)\n"                                         \
    "    and (:workspace_id::uuid is null or w.id = :workspace_id)\n"                              \
    "order by w.is_default desc, w.is_archived, w.created_at, w.id"
#define OF_CALLER "case when :user_id::uuid is null then 'owner' else m.role end"

const struct query workspace_query = {
    .input = &workspace_filter_shape,
    .sql =
        {.name = "workspace_by_id",
         .text = WORKSPACE_SELECT(OF_CALLER),
         .params = &workspace_filter_shape,
         .row = &workspace_view_shape},
    .is_one = true,
    .missing = "Workspace %s was not found",
    .narrow = narrow,
};

const struct query created_workspace_query = {
    .input = &workspace_filter_shape,
    .sql =
        {.name = "created_workspace",
         .text = WORKSPACE_SELECT("null::text"),
         .params = &workspace_filter_shape,
         .row = &workspace_view_shape},
    .is_one = true,
    .missing = "Workspace %s was not found",
    .narrow = narrow,
};

const struct query workspaces_query = {
    .input = &workspace_filter_shape,
    .sql =
        {.name = "workspaces",
         .text = WORKSPACE_SELECT(OF_CALLER),
         .params = &workspace_filter_shape,
         .row = &workspace_view_shape},
    .narrow = narrow,
};
