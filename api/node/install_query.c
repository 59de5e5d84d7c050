/*
 * Reading an install. One whose time is over reads as expired at once, also where the clock has not
 * recorded it yet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/install_query.h"

#include "api/call.h"
#include "commands/node/node_commands.h"

struct install_by_id {
    struct uuid workspace_id;
    struct uuid install_id;
};

static const struct field install_by_id_fields[] = {
    {UUID(install_by_id, workspace_id), .tag = 1, .flags = FROM_PATH, .doc = "Its workspace."},
    {UUID(install_by_id, install_id), .tag = 2, .flags = FROM_PATH, .doc = "The install."},
};
static const struct shape install_by_id_shape = SHAPE(install_by_id, "Which install.");

static void show_expiry(struct call *call, void *rows, size_t count)
{
    struct install_view *installs = rows;

    for (size_t i = 0; i < count; i++)
        install_show_expiry(&installs[i], call->arrived_at);
}

const struct query install_query = {
    .input = &install_by_id_shape,
    .sql =
        {.name = "install_by_id",
         .params = &install_by_id_shape,
         .row = &install_view_shape,
         .text = "select id as install_id, workspace_id, team_id, node_name, description,\n"
                 "    hostname, node_id, status, stage, progress_percent, status_message,\n"
                 "    started_at, consumed_at, expires_at, created_at, updated_at\n"
                 "from node_installs\n"
                 "where workspace_id = :workspace_id and id = :install_id"},
    .is_one = true,
    .missing = "Node install %s was not found",
    .complete = show_expiry,
};
