/*
 * Routes of nodes and installs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/node_routes.h"

#include "api/automation/watch.h"
#include "api/node/credential_view.h"
#include "api/node/install_hooks.h"
#include "api/node/install_query.h"
#include "api/node/node_view.h"
#include "api/steps.h"
#include "commands/node/node_commands.h"

/* A node that is gone is no longer missed. */
static void answer_removed(struct call *call, const void *answer)
{
    const struct removed *removed = answer;

    watch_note_removed(call->server->watch, removed->id);
    call_answer_shape(call, 200, call->route->command->answer, answer);
}

/* Installers have nothing but the bootstrap token; like agents they need no PostgreSQL. */
#define BY_INSTALLER .tag = "node", .who = WHO_ANYONE, .is_on_loop = true

const struct route node_routes[] = {
    {.method = "GET",
     .path = "/nodes",
     .tag = "node",
     .doc = "Lists nodes of all workspaces.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .query = &nodes_query},
    {.method = "GET",
     .path = "/nodes/:id",
     .tag = "node",
     .doc = "Reads a node of any workspace.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .query = &node_query},
    {.method = "POST",
     .path = "/nodes",
     .tag = "node",
     .doc = "Adds a node to the default workspace by hand.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 201,
     .command = &add_node_command,
     .shows = &node_query,
     .shows_id = "id"},
    {.method = "DELETE",
     .path = "/nodes/:id",
     .tag = "node",
     .doc = "Removes a node of any workspace.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .command = &remove_node_command,
     .answer = answer_removed},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/nodes",
     .tag = "node",
     .doc = "Lists the nodes of a workspace.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .query = &nodes_query},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/nodes/:id",
     .tag = "node",
     .doc = "Reads a node.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .query = &node_query},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/nodes",
     .tag = "node",
     .doc = "Adds a node by hand.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .command = &add_node_command,
     .shows = &node_query,
     .shows_id = "id"},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId/nodes/:id",
     .tag = "node",
     .doc = "Removes a node, and with it its agent's credential.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &remove_node_command,
     .answer = answer_removed},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/node-installs",
     .tag = "node",
     .doc = "Generates a command that installs an agent on a machine.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .command = &create_install_command,
     .prepare = install_prepare_create,
     .answer = install_answer_create,
     .answer_shape = &created_install_shape},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/node-installs/:installId",
     .tag = "node",
     .doc = "How an installation stands.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .query = &install_query},
    {.method = "POST",
     .path = "/node-installs/progress",
     .doc = "Tells how an installation goes.",
     BY_INSTALLER,
     .status = 201,
     .command = &report_install_command,
     .prepare = install_prepare_report},
    {.method = "POST",
     .path = "/node-installs/consume",
     .doc = "Exchanges a bootstrap token for a node and its credential.",
     BY_INSTALLER,
     .status = 201,
     .command = &consume_install_command,
     .prepare = install_prepare_consume,
     .answer = credential_answer,
     .answer_shape = &credential_view_shape},
    {.method = NULL},
};
