/*
 * How nodes look to callers, and the queries that find them. When a node was last seen is live
 * state: it is joined to the row when that is read, and never filtered or sorted by.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/node_view.h"

#include "api/call.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"

struct node_view {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct text hostname;
    struct text os;
    struct text arch;
    struct enum_value status;
    struct uuid team_id;
    struct text team_name;
    struct opt_bool maintenance_mode;
    struct text maintenance_reason;
    struct timestamp maintenance_started_at;
    struct uuid maintenance_by_user_id;
    struct opt_bool notification_email_enabled;
    struct list notification_email_levels;
    struct opt_bool notification_telegram_enabled;
    struct list notification_telegram_levels;
    struct enum_value root_access_profile;
    struct enum_value root_access_applied_profile;
    struct enum_value root_access_sync_status;
    struct timestamp root_access_updated_at;
    struct uuid root_access_updated_by_user_id;
    struct timestamp root_access_last_applied_at;
    struct text root_access_last_error;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    struct timestamp last_version_reported_at;
    struct timestamp last_seen_at;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};

static const struct field node_view_fields[] = {
    {UUID(node_view, id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {UUID(node_view, workspace_id), .tag = 2, .flags = REQUIRED, .doc = "Where it belongs."},
    {TEXT(node_view, name), .tag = 3, .flags = REQUIRED, .doc = "Name to show."},
    {TEXT(node_view, description), .tag = 4, .doc = "What it is for."},
    {TEXT(node_view, hostname), .tag = 5, .flags = REQUIRED, .doc = "Its host name."},
    {TEXT(node_view, os), .tag = 6, .flags = REQUIRED, .doc = "Operating system."},
    {TEXT(node_view, arch), .tag = 7, .flags = REQUIRED, .doc = "Architecture."},
    {ENUM(node_view, status, node_status_names), .tag = 8, .flags = REQUIRED,
     .doc = "Is its agent heard?"},
    {UUID(node_view, team_id), .tag = 9, .doc = "Team that looks after it."},
    {TEXT(node_view, team_name), .tag = 10, .doc = "Name of that team."},
    {BOOL(node_view, maintenance_mode), .tag = 11, .flags = REQUIRED,
     .doc = "Takes no new work at the moment?"},
    {TEXT(node_view, maintenance_reason), .tag = 12, .doc = "Why."},
    {TIMESTAMP(node_view, maintenance_started_at), .tag = 13, .doc = "Since when."},
    {UUID(node_view, maintenance_by_user_id), .tag = 14, .doc = "Who said so."},
    {BOOL(node_view, notification_email_enabled), .tag = 15, .flags = REQUIRED,
     .doc = "Are its events mailed?"},
    {ENUMS(node_view, notification_email_levels, severity_names), .tag = 16, .flags = REQUIRED,
     .doc = "Which of them."},
    {BOOL(node_view, notification_telegram_enabled), .tag = 17, .flags = REQUIRED,
     .doc = "Do its events go to Telegram?"},
    {ENUMS(node_view, notification_telegram_levels, severity_names), .tag = 18, .flags = REQUIRED,
     .doc = "Which of them."},
    {ENUM(node_view, root_access_profile, root_profile_names), .tag = 19, .flags = REQUIRED,
     .doc = "Root access that is wanted."},
    {ENUM(node_view, root_access_applied_profile, root_profile_names), .tag = 20, .flags = REQUIRED,
     .doc = "Root access that its agent applied."},
    {ENUM(node_view, root_access_sync_status, root_sync_names), .tag = 21, .flags = REQUIRED,
     .doc = "Are they the same?"},
    {TIMESTAMP(node_view, root_access_updated_at), .tag = 22, .doc = "When it was wanted."},
    {UUID(node_view, root_access_updated_by_user_id), .tag = 23, .doc = "By whom."},
    {TIMESTAMP(node_view, root_access_last_applied_at), .tag = 24, .doc = "When it was applied."},
    {TEXT(node_view, root_access_last_error), .tag = 25, .doc = "Why it was not."},
    {TEXT(node_view, agent_version), .tag = 26, .doc = "Version of its agent."},
    {TEXT(node_view, platform_version), .tag = 27, .doc = "Version of its system."},
    {TEXT(node_view, kernel_version), .tag = 28, .doc = "Version of its kernel."},
    {TIMESTAMP(node_view, last_version_reported_at), .tag = 29, .doc = "When versions were told."},
    {TIMESTAMP(node_view, last_seen_at), .tag = 30, .doc = "Last sign of life."},
    {TIMESTAMP(node_view, created_at), .tag = 31, .flags = REQUIRED, .doc = "Since when."},
    {TIMESTAMP(node_view, updated_at), .tag = 32, .flags = REQUIRED, .doc = "Last change."},
    {INT64(node_view, revision), .tag = 33, .flags = SECRET, .doc = "For entity tags."},
};
static const struct shape node_view_shape = SHAPE(node_view, "A node.");

static void add_presence(struct call *call, void *rows, size_t count)
{
    struct node_view *nodes = rows;

    for (size_t i = 0; i < count; i++) {
        struct timestamp seen = telemetry_last_seen(call->services->telemetry, nodes[i].id);
        if (seen.us > nodes[i].last_seen_at.us)
            nodes[i].last_seen_at = seen;
    }
}

#define NODE_SELECT                                                                                \
    "select id, workspace_id, name, description, hostname, os, arch, status, team_id,\n"           \
    "    (select teams.name from teams where teams.id = nodes.team_id) as team_name,\n"            \
    "    maintenance_mode, maintenance_reason,\n"                                                  \
    "    maintenance_started_at, maintenance_by_user_id, notification_email_enabled,\n"            \
    "    notification_email_levels, notification_telegram_enabled,\n"                              \
    "    notification_telegram_levels, root_access_profile, root_access_applied_profile,\n"        \
    "    root_access_sync_status, root_access_updated_at, root_access_updated_by_user_id,\n"       \
    "    root_access_last_applied_at, root_access_last_error, agent_version,\n"                    \
    "    platform_version, kernel_version, last_version_reported_at, last_seen_at,\n"              \
    "    created_at, updated_at, revision\n"                                                       \
    "from nodes\n"

/* Outside a workspace a member sees the nodes of their own workspaces only. */
#define NODE_SCOPE                                                                                 \
    "where (:workspace_id::uuid is null or workspace_id = :workspace_id)\n"                        \
    "    and (:member_id::uuid is null or workspace_id in\n"                                       \
    "        (select workspace_id from memberships where user_id = :member_id))\n"

struct node_by_id {
    struct uuid workspace_id;
    struct uuid id;
    struct uuid member_id;
};

static const struct field node_by_id_fields[] = {
    {UUID(node_by_id, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Only in this one."},
    {UUID(node_by_id, id), .tag = 2, .flags = FROM_PATH, .doc = "The node."},
    {UUID(node_by_id, member_id), .tag = 3, .flags = SERVER_SET, .doc = "Only where they belong."},
};
static const struct shape node_by_id_shape = SHAPE(node_by_id, "Which node.");

const struct query node_query = {
    .input = &node_by_id_shape,
    .sql =
        {.name = "node_by_id",
         .params = &node_by_id_shape,
         .row = &node_view_shape,
         .text = NODE_SELECT NODE_SCOPE "    and id = :id"},
    .is_one = true,
    .missing = "Node %s was not found",
    .complete = add_presence,
};

struct node_filter {
    struct uuid workspace_id;
    struct enum_value status;
    struct text search;
    struct uuid team_id;
    struct opt_bool maintenance_mode;
    int64_t limit;
    int64_t offset;
    struct uuid member_id;
};

static const struct field node_filter_fields[] = {
    {UUID(node_filter, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Only in this one."},
    {ENUM(node_filter, status, node_status_names), .tag = 2, .doc = "Only these."},
    {TEXT(node_filter, search), .tag = 3, .flags = TRIM, .max = 255,
     .doc = "Part of the name or the host name, in any case."},
    {UUID(node_filter, team_id), .tag = 4, .doc = "Only of this team."},
    {BOOL(node_filter, maintenance_mode), .tag = 5, .doc = "Only those in maintenance, or not."},
    {INT64(node_filter, limit), .tag = 6, .flags = HAS_FALLBACK | CLAMP, .min = 1, .max = 100,
     .fallback = 50, .doc = "How many at most."},
    {INT64(node_filter, offset), .tag = 7, .flags = HAS_FALLBACK, .min = 0, .fallback = 0,
     .doc = "How many to leave out."},
    {UUID(node_filter, member_id), .tag = 8, .flags = SERVER_SET, .doc = "Only where they belong."},
};
static const struct shape node_filter_shape = SHAPE(node_filter, "Which nodes.");

const struct query nodes_query = {
    .input = &node_filter_shape,
    .sql =
        {.name = "nodes",
         .params = &node_filter_shape,
         .row = &node_view_shape,
         .text = NODE_SELECT NODE_SCOPE
         "    and (:status::text is null or status = :status)\n"
         "    and (:team_id::uuid is null or team_id = :team_id)\n"
         "    and (:maintenance_mode::boolean is null or maintenance_mode = :maintenance_mode)\n"
         "    and (coalesce(:search::text, '') = ''\n"
         "        or position(lower(:search) in lower(name)) > 0\n"
         "        or position(lower(:search) in hostname) > 0)\n"
         "order by created_at desc, id desc\n"
         "limit :limit offset :offset"},
    .complete = add_presence,
};
