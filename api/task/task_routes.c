/*
 * Routes of tasks for operators.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/created.h"
#include "api/route.h"
#include "api/task/awaited.h"
#include "api/task/log_preview.h"
#include "api/task/package_hooks.h"
#include "api/task/package_view.h"
#include "api/task/task_flow.h"
#include "api/task/task_resources.h"
#include "api/task/task_view.h"
#include "commands/task/log_commands.h"
#include "commands/task/package_commands.h"
#include "commands/task/task_commands.h"
#include "eventlog/record.h"

/* What fits here fits an event: the rest of one is less than 8 KiB. */
enum { CREATION_BYTES = BODY_MAX_BYTES - 8192 };

/* The task as it then is, rendered from its state: nobody waits for the read model, and whoever reads
 * next does. */
#define SHOWS_TASK .shows = &task_resource, .render = task_answer_state

/* Several tasks are made, and all of them shown. */
#define SHOWS_CREATED                                                                              \
    .tag = "task", .status = 201, .shows = &task_resource, .render = created_answer,               \
    .reply.shape = &task_row_shape, .reply.is_list = true

/* The task is waited for on the loop, then shown by a worker. */
#define WAITS_FOR_TASK .tag = "task", .status = 200, .reply.or_status = 202, .shows = &task_resource

#define LISTS_PACKAGES                                                                             \
    WAITS_FOR_TASK, .method = "GET", .command = &list_packages_command,                            \
                    .before_submit = package_prepare_list, .render = package_answer_list,          \
                    .reply.shape = &package_list_view_shape,                                       \
                    .reply.or_shape = &package_order_view_shape

#define SEARCHES_PACKAGES                                                                          \
    WAITS_FOR_TASK, .method = "GET", .command = &search_packages_command,                          \
                    .before_submit = package_prepare_search, .render = package_answer_search,      \
                    .reply.shape = &package_search_view_shape,                                     \
                    .reply.or_shape = &package_order_view_shape

#define CHANGES_PACKAGES                                                                           \
    .tag = "task", .status = 202, .shows = &task_resource, .render = package_answer_order,         \
    .reply.shape = &package_order_view_shape

const struct route task_routes[] = {
    {.method = "GET",
     .path = "/tasks",
     .tag = "task",
     .doc = "Lists tasks of the caller's workspaces; platform admins see all.",
     .who = WHO_USER,
     .status = 200,
     .lists = &task_resource},
    {.method = "GET",
     .path = "/tasks/:id",
     .tag = "task",
     .doc = "Reads a task of one of the caller's workspaces.",
     .who = WHO_USER,
     .status = 200,
     .reads = &task_resource},
    {.method = "GET",
     .path = "/tasks/:id/logs",
     .tag = "task",
     .doc = "Reads the output of a task of one of the caller's workspaces.",
     .who = WHO_USER,
     .status = 200,
     .lists = &task_log_resource},
    {.method = "POST",
     .path = "/tasks",
     .tag = "task",
     .doc = "Creates a task for a node of any workspace.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 201,
     .body_limit = CREATION_BYTES,
     .command = &create_task_command,
     SHOWS_TASK},
    {.method = "POST",
     .path = "/tasks/:id/cancel",
     .tag = "task",
     .doc = "Cancels a task of any workspace.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 201,
     .command = &cancel_task_command,
     .lane = LANE_PLAIN,
     SHOWS_TASK},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/tasks",
     .tag = "task",
     .doc = "Lists the tasks of a workspace.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .lists = &task_resource},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/tasks/:id",
     .tag = "task",
     .doc = "Reads a task.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .reads = &task_resource},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/tasks/:id/logs",
     .tag = "task",
     .doc = "Reads the output of a task, oldest line first.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .lists = &task_log_resource},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/tasks",
     .tag = "task",
     .doc = "Creates a task for a node.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .body_limit = CREATION_BYTES,
     .command = &create_task_command,
     SHOWS_TASK},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/tasks/:id/cancel",
     .tag = "task",
     .doc = "Cancels a task: at once, or through its agent when it runs.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .command = &cancel_task_command,
     .lane = LANE_PLAIN,
     SHOWS_TASK},
    {SHOWS_CREATED, .method = "POST", .path = "/tasks/batch",
     .doc = "Creates the same task for several nodes of any workspaces, or for none.",
     .who = WHO_PLATFORM_ADMIN, .command = &create_task_batch_command},
    {SHOWS_CREATED, .method = "POST", .path = "/workspaces/:workspaceId/tasks/batch",
     .doc = "Creates the same task for several nodes, or for none.", .who = WHO_WORKSPACE_ADMIN,
     .command = &create_task_batch_command},
    {SHOWS_CREATED, .method = "POST", .path = "/workspaces/:workspaceId/tasks/teams/:teamId",
     .doc = "Creates a task for each node of a team that is not in maintenance.",
     .who = WHO_WORKSPACE_ADMIN, .command = &create_team_tasks_command},
    {SHOWS_CREATED, .method = "POST",
     .path = "/workspaces/:workspaceId/task-templates/:templateId/run",
     .doc = "Runs a template: creates a task for a node, for several, or for each node of a team.",
     .who = WHO_WORKSPACE_MEMBER, .command = &run_template_command},
    {LISTS_PACKAGES, .path = "/nodes/:id/packages",
     .doc = "Lists the packages of a node of one of the caller's workspaces.", .who = WHO_USER},
    {LISTS_PACKAGES, .path = "/workspaces/:workspaceId/nodes/:id/packages",
     .doc = "Lists the packages of a node.", .who = WHO_WORKSPACE_MEMBER},
    {SEARCHES_PACKAGES, .path = "/packages/search",
     .doc = "Searches for packages, on a node of one of the caller's workspaces.", .who = WHO_USER},
    {SEARCHES_PACKAGES, .path = "/workspaces/:workspaceId/packages/search",
     .doc = "Searches for packages, on a node.", .who = WHO_WORKSPACE_MEMBER},
    {CHANGES_PACKAGES, .method = "POST", .path = "/nodes/:id/packages",
     .doc = "Installs packages on a node of any workspace.", .who = WHO_PLATFORM_ADMIN,
     .command = &install_packages_command},
    {CHANGES_PACKAGES, .method = "POST", .path = "/workspaces/:workspaceId/nodes/:id/packages",
     .doc = "Installs packages on a node.", .who = WHO_WORKSPACE_ADMIN,
     .command = &install_packages_command},
    {CHANGES_PACKAGES, .method = "DELETE", .path = "/nodes/:id/packages/:name",
     .doc = "Removes a package from a node of any workspace.", .who = WHO_PLATFORM_ADMIN,
     .command = &remove_package_command},
    {CHANGES_PACKAGES, .method = "DELETE",
     .path = "/workspaces/:workspaceId/nodes/:id/packages/:name",
     .doc = "Removes a package from a node.", .who = WHO_WORKSPACE_ADMIN,
     .command = &remove_package_command},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/nodes/:nodeId/log-presets",
     .tag = "task",
     .doc = "Lists the logs of a node that can be previewed.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .handle = log_presets_handle,
     .input_shape = &log_presets_of_shape,
     .reply.shape = &log_preset_shape,
     .reply.is_list = true},
    {WAITS_FOR_TASK, .method = "POST", .path = "/workspaces/:workspaceId/nodes/:nodeId/log-preview",
     .doc = "Reads the last lines of a node's log.", .who = WHO_WORKSPACE_ADMIN,
     .command = &preview_log_command, .render = log_preview_answer,
     .reply.shape = &log_preview_view_shape, .reply.or_shape = &log_preview_view_shape},
    {.method = "GET",
     .path = "/diagnostics/task-flow",
     .tag = "task",
     .doc = "Reports the flow of tasks to the agents and back.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 200,
     .handle = task_flow_handle,
     .reply.shape = &task_flow_view_shape},
    {.method = NULL},
};
