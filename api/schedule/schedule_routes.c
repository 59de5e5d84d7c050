/*
 * Routes of schedules, which clients know as scheduled tasks: for a workspace, and for the whole platform.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/created.h"
#include "api/deleted_view.h"
#include "api/route.h"
#include "api/schedule/schedule_resources.h"
#include "commands/schedule/schedule_commands.h"

#define PLATFORM  "/scheduled-tasks"
#define WORKSPACE "/workspaces/:workspaceId/scheduled-tasks"

#define LISTS   .tag = "schedule", .method = "GET", .status = 200, .lists = &schedule_resource
#define CREATES .tag = "schedule", .method = "POST", .status = 201, .shows = &schedule_resource
#define BATCHES                                                                                    \
    CREATES, .command = &create_schedule_batch_command, .render = created_answer,                  \
             .reply.shape = &schedule_view_shape, .reply.is_list = true
#define PREVIEWS                                                                                   \
    .tag = "schedule", .method = "POST", .status = 200, .command = &preview_schedule_command
#define NEXT_RUNS                                                                                  \
    .tag = "schedule", .method = "GET", .status = 200, .command = &query_next_runs_command
#define SWITCHES                                                                                   \
    .tag = "schedule", .method = "PATCH", .status = 200, .command = &switch_schedule_command,      \
    .shows = &schedule_resource
#define DELETES                                                                                    \
    .tag = "schedule", .method = "DELETE", .status = 200, .command = &delete_schedule_command,     \
    .render = deleted_answer, .reply.shape = &deleted_view_shape

const struct route schedule_routes[] = {
    {LISTS, .path = PLATFORM, .doc = "Lists the schedules of all workspaces.",
     .who = WHO_PLATFORM_ADMIN},
    {LISTS, .path = WORKSPACE, .doc = "Lists the schedules of a workspace.",
     .who = WHO_WORKSPACE_MEMBER},
    {CREATES, .path = PLATFORM, .doc = "Creates a schedule in the default workspace.",
     .who = WHO_PLATFORM_ADMIN, .command = &create_schedule_command},
    {CREATES, .path = WORKSPACE, .doc = "Creates a schedule for a node or a team.",
     .who = WHO_WORKSPACE_ADMIN, .command = &create_schedule_command},
    {BATCHES, .path = PLATFORM "/batch",
     .doc = "Creates the same schedule for several nodes of the default workspace, or for none.",
     .who = WHO_PLATFORM_ADMIN},
    {BATCHES, .path = WORKSPACE "/batch",
     .doc = "Creates the same schedule for several nodes, or for none.",
     .who = WHO_WORKSPACE_ADMIN},
    {PREVIEWS, .path = PLATFORM "/preview",
     .doc = "Tells when a schedule would run if it were created in the default workspace.",
     .who = WHO_PLATFORM_ADMIN},
    {PREVIEWS, .path = WORKSPACE "/preview",
     .doc = "Tells when a schedule would run if it were created.", .who = WHO_WORKSPACE_ADMIN},
    {NEXT_RUNS, .path = PLATFORM "/:id/next-runs",
     .doc = "Tells when a schedule of any workspace will run.", .who = WHO_PLATFORM_ADMIN},
    {NEXT_RUNS, .path = WORKSPACE "/:id/next-runs", .doc = "Tells when a schedule will run.",
     .who = WHO_WORKSPACE_MEMBER},
    {SWITCHES, .path = PLATFORM "/:id", .doc = "Switches a schedule of any workspace on or off.",
     .who = WHO_PLATFORM_ADMIN},
    {SWITCHES, .path = WORKSPACE "/:id", .doc = "Switches a schedule on or off.",
     .who = WHO_WORKSPACE_ADMIN},
    {DELETES, .path = PLATFORM "/:id", .doc = "Deletes a schedule of any workspace.",
     .who = WHO_PLATFORM_ADMIN},
    {DELETES, .path = WORKSPACE "/:id", .doc = "Deletes a schedule; the tasks it made stay.",
     .who = WHO_WORKSPACE_ADMIN},
    {.method = NULL},
};
