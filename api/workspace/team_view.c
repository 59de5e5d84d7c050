/*
 * How teams and their members look to callers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/workspace/workspace_view.h"

struct team_view {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};

static const struct field team_view_fields[] = {
    {UUID(team_view, id), .tag = 1, .flags = REQUIRED, .doc = "The team."},
    {UUID(team_view, workspace_id), .tag = 2, .flags = REQUIRED, .doc = "Where it belongs."},
    {TEXT(team_view, name), .tag = 3, .flags = REQUIRED, .doc = "Its name."},
    {TEXT(team_view, description), .tag = 4, .doc = "What it is for."},
    {TIMESTAMP(team_view, created_at), .tag = 5, .flags = REQUIRED, .doc = "Since when."},
    {TIMESTAMP(team_view, updated_at), .tag = 6, .flags = REQUIRED, .doc = "Last change."},
    {INT64(team_view, revision), .tag = 7, .flags = SECRET, .doc = "For entity tags."},
};
static const struct shape team_view_shape = SHAPE(team_view, "A team.");

struct team_filter {
    struct uuid workspace_id;
    struct uuid team_id; /* absent: all of the workspace */
};

static const struct field team_filter_fields[] = {
    {UUID(team_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "The workspace."},
    {UUID(team_filter, team_id), .tag = 2, .flags = FROM_PATH, .doc = "Only this one."},
};
static const struct shape team_filter_shape = SHAPE(team_filter, "Which teams.");

#define TEAM_SELECT                                                                                \
    "select id, workspace_id, name, description, created_at, updated_at, revision\n"               \
    "from teams\n"                                                                                 \
    "where workspace_id = :workspace_id\n"                                                         \
    "    and (:team_id::uuid is null or id = :team_id)\n"                                          \
    "order by created_at, id"

const struct query team_query = {
    .input = &team_filter_shape,
    .sql =
        {.name = "team_by_id",
         .text = TEAM_SELECT,
         .params = &team_filter_shape,
         .row = &team_view_shape},
    .is_one = true,
    .missing = "Team %s was not found",
};

const struct query teams_query = {
    .input = &team_filter_shape,
    .sql =
        {.name = "teams",
         .text = TEAM_SELECT,
         .params = &team_filter_shape,
         .row = &team_view_shape},
};

struct team_member_view {
    struct uuid id;
    struct uuid team_id;
    struct uuid user_id;
    struct timestamp created_at;
    struct text user_name;
    struct text user_email;
    struct opt_bool user_is_active;
};

static const struct field team_member_view_fields[] = {
    {UUID(team_member_view, id), .tag = 1, .flags = REQUIRED, .doc = "The membership."},
    {UUID(team_member_view, team_id), .tag = 2, .flags = REQUIRED, .doc = "The team."},
    {UUID(team_member_view, user_id), .tag = 3, .flags = REQUIRED, .doc = "Who."},
    {TIMESTAMP(team_member_view, created_at), .tag = 4, .flags = REQUIRED, .doc = "Since when."},
    {TEXT(team_member_view, user_name), .tag = 5, .doc = "Name of the person."},
    {TEXT(team_member_view, user_email), .tag = 6, .doc = "Address of the person."},
    {BOOL(team_member_view, user_is_active), .tag = 7, .doc = "May they sign in?"},
};
static const struct shape team_member_view_shape =
    SHAPE(team_member_view, "Somebody belongs to a team.");

struct team_member_filter {
    struct uuid workspace_id;
    struct uuid team_id;
    struct uuid team_membership_id; /* absent: all of the team */
};

static const struct field team_member_filter_fields[] = {
    {UUID(team_member_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "The workspace."},
    {UUID(team_member_filter, team_id), .tag = 2, .flags = FROM_PATH, .doc = "The team."},
    {UUID(team_member_filter, team_membership_id), .tag = 3, .flags = FROM_PATH,
     .doc = "Only this one."},
};
static const struct shape team_member_filter_shape =
    SHAPE(team_member_filter, "Which members of a team.");

#define TEAM_MEMBER_SELECT                                                                         \
    "select m.id, m.team_id, m.user_id, m.created_at, u.name as user_name,\n"                      \
    "    u.email as user_email, u.is_active as user_is_active\n"                                   \
    "from team_members m\n"                                                                        \
    "left join users u on u.id = m.user_id\n"                                                      \
    "where m.workspace_id = :workspace_id and m.team_id = :team_id\n"                              \
    "    and (:team_membership_id::uuid is null or m.id = :team_membership_id)\n"                  \
    "order by m.created_at, m.id"

const struct query team_member_query = {
    .input = &team_member_filter_shape,
    .sql =
        {.name = "team_member_by_id",
         .text = TEAM_MEMBER_SELECT,
         .params = &team_member_filter_shape,
         .row = &team_member_view_shape},
    .is_one = true,
    .missing = "Team membership %s was not found",
};

const struct query team_members_query = {
    .input = &team_member_filter_shape,
    .sql =
        {.name = "team_members",
         .text = TEAM_MEMBER_SELECT,
         .params = &team_member_filter_shape,
         .row = &team_member_view_shape},
    .within = &team_query,
};
