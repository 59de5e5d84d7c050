/*
 * How members of workspaces look to callers, and who could become one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/workspace/workspace_view.h"
#include "eventlog/events/workspace_events.h"

struct membership_view {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct enum_value role;
    struct timestamp created_at;
    struct timestamp updated_at;
    struct text user_name;
    struct text user_email;
    struct opt_bool user_is_active;
    int64_t revision;
};

static const struct field membership_view_fields[] = {
    {UUID(membership_view, id), .tag = 1, .flags = REQUIRED, .doc = "The membership."},
    {UUID(membership_view, workspace_id), .tag = 2, .flags = REQUIRED, .doc = "Where."},
    {UUID(membership_view, user_id), .tag = 3, .flags = REQUIRED, .doc = "Who."},
    {ENUM(membership_view, role, member_role_names), .tag = 4, .flags = REQUIRED,
     .doc = "What they may do there."},
    {TIMESTAMP(membership_view, created_at), .tag = 5, .flags = REQUIRED, .doc = "Since when."},
    {TIMESTAMP(membership_view, updated_at), .tag = 6, .flags = REQUIRED, .doc = "Last change."},
    {TEXT(membership_view, user_name), .tag = 7, .doc = "Name of the person."},
    {TEXT(membership_view, user_email), .tag = 8, .doc = "Address of the person."},
    {BOOL(membership_view, user_is_active), .tag = 9, .doc = "May they sign in?"},
    {INT64(membership_view, revision), .tag = 10, .flags = SECRET, .doc = "For entity tags."},
};
static const struct shape membership_view_shape =
    SHAPE(membership_view, "Somebody belongs to a workspace.");

struct membership_by_id {
    struct uuid workspace_id;
    struct uuid membership_id;
};

static const struct field membership_by_id_fields[] = {
    {UUID(membership_by_id, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Where."},
    {UUID(membership_by_id, membership_id), .tag = 2, .flags = FROM_PATH, .doc = "The membership."},
};
static const struct shape membership_by_id_shape = SHAPE(membership_by_id, "Which membership.");

#define MEMBER_SELECT                                                                              \
    "select m.id, m.workspace_id, m.user_id, m.role, m.created_at, m.updated_at,\n"                \
    "    u.name as user_name, u.email as user_email, u.is_active as user_is_active,\n"             \
    "    m.revision\n"                                                                             \
    "from memberships m\n"                                                                         \
    "left join users u on u.id = m.user_id\n"                                                      \
    "where m.workspace_id = :workspace_id\n"

const struct query membership_query = {
    .input = &membership_by_id_shape,
    .sql =
        {.name = "membership_by_id",
         .text = MEMBER_SELECT "    and m.id = :membership_id",
         .params = &membership_by_id_shape,
         .row = &membership_view_shape},
    .is_one = true,
    .missing = "Workspace membership %s was not found",
};

struct of_workspace {
    struct uuid workspace_id;
};

static const struct field of_workspace_fields[] = {
    {UUID(of_workspace, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "The workspace."},
};
static const struct shape of_workspace_shape = SHAPE(of_workspace, "Of which workspace.");

const struct query members_query = {
    .input = &of_workspace_shape,
    .sql =
        {.name = "members",
         .text = MEMBER_SELECT "order by m.created_at, m.id",
         .params = &of_workspace_shape,
         .row = &membership_view_shape},
};

struct assignable_view {
    struct uuid id;
    struct text name;
    struct text email;
};

static const struct field assignable_view_fields[] = {
    {UUID(assignable_view, id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {TEXT(assignable_view, name), .tag = 2, .flags = REQUIRED, .doc = "Their name."},
    {TEXT(assignable_view, email), .tag = 3, .flags = REQUIRED, .doc = "Their address."},
};
static const struct shape assignable_view_shape =
    SHAPE(assignable_view, "Somebody who could be taken into a workspace.");

const struct query assignable_query = {
    .input = &of_workspace_shape,
    .sql =
        {.name = "assignable_users",
         .text = "select u.id, u.name, u.email\n"
                 "from users u\n"
                 "where u.is_active and u.invite_status = 'accepted'\n"
                 "    and not exists (select from memberships m\n"
                 "        where m.workspace_id = :workspace_id and m.user_id = u.id)\n"
                 "order by u.name, u.email, u.id",
         .params = &of_workspace_shape,
         .row = &assignable_view_shape},
};
