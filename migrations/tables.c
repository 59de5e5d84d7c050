/*
 * Every area's tables, one line each.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/tables.h"

#include "migrations/identity/users.h"
#include "migrations/node/enrollments.h"
#include "migrations/node/node_installs.h"
#include "migrations/node/nodes.h"
#include "migrations/notification/outbox.h"
#include "migrations/platform/audit_actors.h"
#include "migrations/platform/audit_logs.h"
#include "migrations/platform/events.h"
#include "migrations/sink/sinks.h"
#include "migrations/task/task_logs.h"
#include "migrations/task/tasks.h"
#include "migrations/terminal/terminal_chunks.h"
#include "migrations/terminal/terminal_sessions.h"
#include "migrations/workspace/memberships.h"
#include "migrations/workspace/team_members.h"
#include "migrations/workspace/teams.h"
#include "migrations/workspace/workspaces.h"

const struct table *const table_catalog[] = {
    &users_table,
    &workspaces_table,
    &default_workspace_table,
    &memberships_table,
    &teams_table,
    &team_members_table,
    &nodes_table,
    &node_installs_table,
    &enrollments_table,
    &tasks_table,
    &task_logs_table,
    &terminal_sessions_table,
    &terminal_chunks_table,
    &outbox_table,
    &audit_logs_table,
    &audit_actors_table,
    &events_table,
    &sinks_table,
    NULL,
};

void tables_describe(struct buf *out)
{
    for (size_t i = 0; table_catalog[i] != NULL; i++)
        table_describe(table_catalog[i], out);
}
