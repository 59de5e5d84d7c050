/*
 * Routes of templates of tasks. To run one makes tasks: see task_routes.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"
#include "api/route.h"
#include "api/template/template_resources.h"
#include "commands/template/template_commands.h"

#define ALL     .path = "/workspaces/:workspaceId/task-templates", .tag = "template"
#define ONE     .path = "/workspaces/:workspaceId/task-templates/:templateId", .tag = "template"
#define READ    .method = "GET", .who = WHO_WORKSPACE_MEMBER, .status = 200
#define CHANGES .who = WHO_WORKSPACE_ADMIN

const struct route template_routes[] = {
    {ALL, READ, .doc = "Lists the templates of a workspace, those in use first.",
     .lists = &template_resource},
    {ONE, READ, .doc = "Reads a template.", .reads = &template_resource},
    {ALL, CHANGES, .method = "POST", .status = 201, .doc = "Creates a template of tasks.",
     .command = &create_template_command, .shows = &template_resource},
    {ONE, CHANGES, .method = "PATCH", .status = 200,
     .doc = "Changes a template, takes it out of use or back; each change is another version.",
     .command = &change_template_command, .shows = &template_resource},
    {ONE, CHANGES, .method = "DELETE", .status = 200,
     .doc = "Deletes a template; tasks that were made from it still name it.",
     .command = &delete_template_command, .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {.method = NULL},
};
