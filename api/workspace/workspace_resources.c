/*
 * Workspaces, members and teams. Everybody sees their own workspaces, with their role there; a
 * platform admin sees all, as an owner. The token of the Telegram bot is for those who may set it.
 * Whom an admin can add is shown of those whom they can see anyway; others are found by their whole
 * address only.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/workspace/workspace_resources.h"

#include "api/call.h"
#include "eventlog/events/workspace_events.h"
#include "eventlog/seal.h"
#include "migrations/workspace/memberships.h"
#include "migrations/workspace/team_members.h"
#include "migrations/workspace/teams.h"
#include "migrations/workspace/workspaces.h"

/* Lists of these are answered whole up to a size that no installation has had. */
#define WHOLE_LIST .usual = 1000, .most = 1000

struct workspace_view {
    struct workspace_row row;
    struct text automation_telegram_bot_token;
    struct enum_value current_user_role;
};
static const struct field workspace_view_fields[] = {
    {TEXT(workspace_view, automation_telegram_bot_token),
     .doc = "Token of the Telegram bot; null for callers who may not change it."},
    {ENUM(workspace_view, current_user_role, member_role_names), .flags = OMIT_ABSENT,
     .doc = "Role of the caller in the workspace."},
};
static const struct shape workspace_view_shape =
    SHAPE_WITH(workspace_view, "A workspace.", .base = &workspace_row_shape);

#define OWN_ROLE                                                                                   \
    "left join memberships own_role on own_role.workspace_id = workspaces.id\n"                    \
    "    and own_role.user_id = :member_id"
#define SHOWN_BOX                                                                                  \
    "case when :member_id::uuid is null or own_role.role in ('owner', 'admin')\n"                  \
    "    then workspaces.bot_token_box end"

static const struct view_column workspace_columns[] = {
    {"bot_token_box", SHOWN_BOX},
    {"automation_telegram_bot_token", "null::text"},
    {"current_user_role", "case when :member_id::uuid is null then 'owner' else own_role.role end"},
    {NULL, NULL},
};

static const struct view_column created_workspace_columns[] = {
    {"bot_token_box", SHOWN_BOX},
    {"automation_telegram_bot_token", "null::text"},
    {"current_user_role", "null::text"},
    {NULL, NULL},
};

/* The token is opened for those who are shown its box, and nobody else. */
static enum status fill_bot_tokens(struct call *call, void *rows, size_t count, struct error *error)
{
    struct workspace_view *workspaces = rows;
    enum status status = STATUS_OK;

    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const struct kept_box kept = {
            .box = workspaces[i].row.bot_token_box,
            .event_id = workspaces[i].row.bot_token_event_id,
            .shape = workspace_changed_event.shape,
            .tag = BOT_TOKEN_TAG,
        };
        status = keyring_open_box(
            call->services->keyring, &kept, call->arena,
            &workspaces[i].automation_telegram_bot_token, error);
    }
    return status;
}

const struct resource workspace_resource = {
    .name = "workspaces",
    .table = &workspaces_table,
    .view = &workspace_view_shape,
    .columns = workspace_columns,
    .joins = OWN_ROLE,
    .fill_live = fill_bot_tokens,
    .scope = SCOPE_WORKSPACE,
    .scope_column = "id",
    .id_parameter = "workspace_id",
    .missing = "Workspace %s was not found",
    .order = {{"is_default", true}, {"is_archived", false}, {"created_at", false}, {"id", false}},
    .limit = {WHOLE_LIST},
};

const struct resource created_workspace_resource = {
    .name = "created workspace",
    .table = &workspaces_table,
    .view = &workspace_view_shape,
    .columns = created_workspace_columns,
    .joins = OWN_ROLE,
    .fill_live = fill_bot_tokens,
    .scope = SCOPE_WORKSPACE,
    .scope_column = "id",
    .id_parameter = "workspace_id",
    .missing = "Workspace %s was not found",
};

struct membership_view {
    struct membership_row row;
    struct text user_name;
    struct text user_email;
    struct opt_bool user_is_active;
};
static const struct field membership_view_fields[] = {
    {TEXT(membership_view, user_name), .doc = "Name of the person."},
    {TEXT(membership_view, user_email), .doc = "Address of the person."},
    {BOOL(membership_view, user_is_active), .doc = "Whether the person may sign in."},
};
static const struct shape membership_view_shape = SHAPE_WITH(
    membership_view, "Membership of a person in a workspace.", .base = &membership_row_shape);

static const struct view_column person_columns[] = {
    {"user_name", "users.name"},
    {"user_email", "users.email"},
    {"user_is_active", "users.is_active"},
    {NULL, NULL},
};

const struct resource membership_resource = {
    .name = "memberships",
    .table = &memberships_table,
    .view = &membership_view_shape,
    .columns = person_columns,
    .joins = "left join users on users.id = memberships.user_id",
    .scope = SCOPE_WORKSPACE,
    .id_parameter = "membership_id",
    .missing = "Workspace membership %s was not found",
    .order = {{"created_at", false}, {"id", false}},
    .limit = {WHOLE_LIST},
};

const struct resource team_resource = {
    .name = "teams",
    .table = &teams_table,
    .scope = SCOPE_WORKSPACE,
    .id_parameter = "team_id",
    .missing = "Team %s was not found",
    .order = {{"created_at", false}, {"id", false}},
    .limit = {WHOLE_LIST},
};

struct team_member_view {
    struct team_member_row row;
    struct text user_name;
    struct text user_email;
    struct opt_bool user_is_active;
};
static const struct field team_member_view_fields[] = {
    {TEXT(team_member_view, user_name), .doc = "Name of the person."},
    {TEXT(team_member_view, user_email), .doc = "Address of the person."},
    {BOOL(team_member_view, user_is_active), .doc = "Whether the person may sign in."},
};
static const struct shape team_member_view_shape = SHAPE_WITH(
    team_member_view, "Membership of a person in a team.", .base = &team_member_row_shape);

const struct resource team_member_resource = {
    .name = "team_members",
    .table = &team_members_table,
    .view = &team_member_view_shape,
    .columns = person_columns,
    .joins = "left join users on users.id = team_members.user_id",
    .scope = SCOPE_PARENT,
    .scope_column = "team_id",
    .parent = &team_resource,
    .id_parameter = "team_membership_id",
    .missing = "Team membership %s was not found",
    .order = {{"created_at", false}, {"id", false}},
    .limit = {WHOLE_LIST},
};

struct assignable_filter {
    struct uuid workspace_id;
    struct text email;
    struct uuid member_id;
};
static const struct field assignable_filter_fields[] = {
    {UUID(assignable_filter, workspace_id), .flags = FROM_PATH, .doc = "Id of the workspace."},
    {TEXT(assignable_filter, email), .flags = TRIM | LOWER | EMAIL, .max = 254,
     .doc = "Only the person with exactly this address, whoever that is; without it, people who "
            "share a workspace with the caller."},
    {UUID(assignable_filter, member_id), .flags = SERVER_SET,
     .doc = "The caller; absent for platform admins, who see all."},
};
static const struct shape assignable_filter_shape =
    SHAPE(assignable_filter, "People that are looked for.");

struct assignable_view {
    struct uuid id;
    struct text name;
    struct text email;
};
static const struct field assignable_view_fields[] = {
    {UUID(assignable_view, id), .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(assignable_view, name), .flags = REQUIRED, .doc = "Name of the person."},
    {TEXT(assignable_view, email), .flags = REQUIRED, .doc = "Address of the person."},
};
static const struct shape assignable_view_shape =
    SHAPE(assignable_view, "A person who could be added to a workspace.");

const struct query assignable_query = {
    .input = &assignable_filter_shape,
    .scope = SCOPE_WORKSPACE,
    .sql =
        {.name = "assignable_users",
         .text = "select u.id, u.name, u.email\n"
                 "from users u\n"
                 "where u.is_active and u.invite_status = 'accepted'\n"
                 "    and not exists (select from memberships m\n"
                 "        where m.workspace_id = :workspace_id and m.user_id = u.id)\n"
                 "    and (:email::text is null or u.email = :email)\n"
                 "    and (:email::text is not null or :member_id::uuid is null or exists (\n"
                 "        select from memberships own\n"
                 "        join memberships other on other.workspace_id = own.workspace_id\n"
                 "        where own.user_id = :member_id and other.user_id = u.id))\n"
                 "order by u.name, u.email, u.id\n"
                 "limit 1000",
         .params = &assignable_filter_shape,
         .row = &assignable_view_shape},
};
