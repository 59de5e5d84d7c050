/*
 * Every area's tables, one line each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/tables.h"

#include "migrations/authority/role_grants.h"
#include "migrations/identity/api_tokens.h"
#include "migrations/identity/devices.h"
#include "migrations/identity/directory_groups.h"
#include "migrations/identity/providers.h"
#include "migrations/identity/security_keys.h"
#include "migrations/identity/sessions.h"
#include "migrations/identity/users.h"
#include "migrations/node/enrollments.h"
#include "migrations/node/node_installs.h"
#include "migrations/node/nodes.h"
#include "migrations/notification/channels.h"
#include "migrations/notification/outbox.h"
#include "migrations/platform/audit_actors.h"
#include "migrations/platform/audit_logs.h"
#include "migrations/platform/events.h"
#include "migrations/platform/search_texts.h"
#include "migrations/privacy/holds.h"
#include "migrations/rolling/rolling_runs.h"
#include "migrations/rolling/rolling_targets.h"
#include "migrations/rollout/rollout_targets.h"
#include "migrations/rollout/rollouts.h"
#include "migrations/schedule/schedules.h"
#include "migrations/secret/secrets.h"
#include "migrations/selection/selections.h"
#include "migrations/sink/sinks.h"
#include "migrations/task/task_logs.h"
#include "migrations/task/tasks.h"
#include "migrations/template/templates.h"
#include "migrations/terminal/terminal_chunks.h"
#include "migrations/terminal/terminal_sessions.h"
#include "migrations/upgrade/upgrades.h"
#include "migrations/workspace/memberships.h"
#include "migrations/workspace/team_members.h"
#include "migrations/workspace/teams.h"
#include "migrations/workspace/workspaces.h"

/* Each table, and what one of its rows is. */
#define TABLES(ROW)                                                                                \
    ROW(users, "user")                                                                             \
    ROW(sessions, "session")                                                                       \
    ROW(api_tokens, "api_token")                                                                   \
    ROW(security_keys, "security_key")                                                             \
    ROW(devices, "device")                                                                         \
    ROW(providers, "provider")                                                                     \
    ROW(directory_groups, "directory_group")                                                       \
    ROW(directory_members, "directory_member")                                                     \
    ROW(workspaces, "workspace")                                                                   \
    ROW(default_workspace, "default_workspace")                                                    \
    ROW(memberships, "membership")                                                                 \
    ROW(teams, "team")                                                                             \
    ROW(team_members, "team_member")                                                               \
    ROW(nodes, "node")                                                                             \
    ROW(node_installs, "install")                                                                  \
    ROW(enrollments, "enrollment")                                                                 \
    ROW(tasks, "task")                                                                             \
    ROW(task_logs, "task_log")                                                                     \
    ROW(terminal_sessions, "terminal")                                                             \
    ROW(terminal_chunks, "terminal_chunk")                                                         \
    ROW(outbox, "delivery")                                                                        \
    ROW(audit_logs, "audit_log")                                                                   \
    ROW(audit_actors, "audit_actor")                                                               \
    ROW(events, "system_event")                                                                    \
    ROW(sinks, "sink")                                                                             \
    ROW(holds, "hold")                                                                             \
    ROW(templates, "template")                                                                     \
    ROW(schedules, "schedule")                                                                     \
    ROW(rolling_runs, "rolling_run")                                                               \
    ROW(rolling_targets, "rolling_target")                                                         \
    ROW(rollouts, "rollout")                                                                       \
    ROW(rollout_targets, "rollout_target")                                                         \
    ROW(search_texts, "search_text")                                                               \
    ROW(selections, "selection")                                                                   \
    ROW(upgrades, "upgrade")                                                                       \
    ROW(channels, "channel")                                                                       \
    ROW(channel_lists, "channel_list")                                                             \
    ROW(secrets, "secret")                                                                         \
    ROW(role_grants, "role_grant")

#define TABLE_OF(table, entity)  &table##_table,
#define ENTITY_OF(table, entity) entity,

const struct table *const table_catalog[] = {TABLES(TABLE_OF) NULL};
const char *const table_entities[] = {TABLES(ENTITY_OF) NULL};

void tables_describe(struct buf *out)
{
    for (size_t i = 0; table_catalog[i] != NULL; i++)
        table_describe(table_catalog[i], out);
}
