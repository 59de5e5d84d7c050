/*
 * Routes of secrets. No answer has a value; who may make tasks of any kind sees which there are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/deleted_view.h"
#include "api/route.h"
#include "api/secret/secret_resources.h"
#include "commands/secret/secret_commands.h"

#define ALL      .path = "/workspaces/:workspaceId/secrets", .tag = "secret"
#define ONE      .path = "/workspaces/:workspaceId/secrets/:secretId", .tag = "secret"
#define VALUE    .path = "/workspaces/:workspaceId/secrets/:secretId/value", .tag = "secret"
#define BY_ADMIN .who = WHO_WORKSPACE_ADMIN
#define READ     .method = "GET", BY_ADMIN, .status = 200

const struct route secret_routes[] = {
    {ALL, READ, .doc = "Lists the secrets of a workspace, the newest first, without their values.",
     .lists = &secret_resource},
    {ONE, READ, .doc = "Reads a secret, without its value.", .reads = &secret_resource},
    {ALL, BY_ADMIN, .method = "POST", .status = 201,
     .doc = "Creates a secret. Its value is never shown again.", .command = &create_secret_command,
     .shows = &secret_resource},
    {ONE, BY_ADMIN, .method = "PATCH", .status = 200,
     .doc = "Changes what is said of a secret, and until when tasks are given it.",
     .command = &change_secret_command, .shows = &secret_resource},
    {VALUE, BY_ADMIN, .method = "PUT", .status = 200,
     .doc = "Gives a secret another value: tasks that are claimed from now on are given it.",
     .command = &rotate_secret_command, .shows = &secret_resource},
    {ONE, BY_ADMIN, .method = "DELETE", .status = 200,
     .doc = "Deletes a secret: tasks that refer to it fail when they are claimed.",
     .command = &delete_secret_command, .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {.method = NULL},
};
