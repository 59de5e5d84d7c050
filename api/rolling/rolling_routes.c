/*
 * Routes of rolling runs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/rolling/rolling_resources.h"
#include "api/route.h"
#include "commands/rolling/rolling_commands.h"

#define ALL      .path = "/workspaces/:workspaceId/rolling-runs"
#define ONE      .path = "/workspaces/:workspaceId/rolling-runs/:id"
#define OF(what) .path = "/workspaces/:workspaceId/rolling-runs/:id/" what
#define READ     .tag = "rolling", .method = "GET", .who = WHO_WORKSPACE_MEMBER, .status = 200
#define CHANGES                                                                                    \
    .tag = "rolling", .method = "POST", .who = WHO_WORKSPACE_ADMIN, .shows = &rolling_run_resource
#define STEERS CHANGES, .status = 200

const struct route rolling_routes[] = {
    {ALL, READ, .doc = "Lists the rolling runs of a workspace, newest first.",
     .lists = &rolling_run_resource},
    {ONE, READ, .doc = "Reads a rolling run, with the figures of its targets.",
     .reads = &rolling_run_resource},
    {OF("targets"), READ, .doc = "Lists the targets of a rolling run, in their order.",
     .lists = &rolling_target_resource},
    {ALL, CHANGES, .status = 201,
     .doc = "Creates a rolling run: the same task for many nodes, made in waves.",
     .command = &create_rolling_run_command},
    {OF("stop"), STEERS,
     .doc = "Stops a rolling run: no wave begins until it is resumed; tasks that were made go on.",
     .command = &stop_rolling_run_command},
    {OF("resume"), STEERS,
     .doc = "Goes on with a rolling run that was stopped, and allows as many failures again.",
     .command = &resume_rolling_run_command},
    {OF("cancel"), STEERS, .doc = "Cancels a rolling run for good, and its tasks.",
     .command = &cancel_rolling_run_command},
    {OF("retry"), STEERS,
     .doc = "Tries again what failed or was not reached: all, and goes on; or some targets.",
     .command = &retry_rolling_run_command},
    {OF("skip"), STEERS, .doc = "Leaves pending targets of a rolling run out.",
     .command = &skip_rolling_targets_command},
    {.method = NULL},
};
