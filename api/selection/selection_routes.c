/*
 * Routes of selections: selectors of nodes that are saved under a name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"
#include "api/route.h"
#include "api/selection/selection_resources.h"
#include "commands/selection/selection_commands.h"

#define ALL     .path = "/workspaces/:workspaceId/selections", .tag = "selection"
#define ONE     .path = "/workspaces/:workspaceId/selections/:selectionId", .tag = "selection"
#define READ    .method = "GET", .who = WHO_WORKSPACE_MEMBER, .status = 200
#define CHANGES .who = WHO_WORKSPACE_ADMIN

const struct route selection_routes[] = {
    {ALL, READ, .doc = "Lists the selections of a workspace, the newest first.",
     .lists = &selection_resource},
    {ONE, READ, .doc = "Reads a selection.", .reads = &selection_resource},
    {ALL, CHANGES, .method = "POST", .status = 201,
     .doc = "Saves a selector of nodes under a name.", .command = &create_selection_command,
     .shows = &selection_resource},
    {ONE, CHANGES, .method = "PATCH", .status = 200,
     .doc = "Changes a selection; schedules go by it as it is when they run.",
     .command = &change_selection_command, .shows = &selection_resource},
    {ONE, CHANGES, .method = "DELETE", .status = 200,
     .doc = "Deletes a selection that no schedule goes by.", .command = &delete_selection_command,
     .render = deleted_answer, .reply.shape = &deleted_view_shape},
    {.method = NULL},
};
