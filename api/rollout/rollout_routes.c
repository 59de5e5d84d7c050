/*
 * Routes of agent updates: for platform admins, and for agents that are being updated.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/rollout/rollout_resources.h"
#include "api/rollout/update_summary.h"
#include "api/route.h"
#include "commands/rollout/rollout_commands.h"

#define ALL      .path = "/agent-updates/rollouts"
#define ONE      .path = "/agent-updates/rollouts/:id"
#define OF(what) .path = "/agent-updates/rollouts/:id/" what
#define ADMINS   .tag = "rollout", .who = WHO_PLATFORM_ADMIN
#define READ     ADMINS, .method = "GET", .status = 200
#define CHANGES  ADMINS, .method = "POST", .status = 201, .shows = &rollout_resource

const struct route rollout_routes[] = {
    {READ, .path = "/agent-updates/summary",
     .doc =
         "Reads the newest release, how many agents are of another version, and the rollout that "
         "goes on.",
     .handle = update_summary_handle, .reply.shape = &update_summary_shape},
    {ALL, READ, .doc = "Lists rollouts with their targets, newest first.",
     .lists = &rollout_resource},
    {ONE, READ, .doc = "Reads a rollout with its targets.", .reads = &rollout_resource},
    {ALL, CHANGES,
     .doc = "Creates a rollout: a release of the agent for some nodes, one after the other unless "
            "waves are asked for.",
     .command = &create_rollout_command, .before_submit = rollout_prepare_create},
    {OF("resume"), CHANGES, .doc = "Goes on with a rollout that was paused.",
     .command = &resume_rollout_command},
    {OF("cancel"), CHANGES, .doc = "Cancels a rollout for good, and the tasks of its targets.",
     .command = &cancel_rollout_command},
    {OF("targets/:targetId/retry"), CHANGES,
     .doc = "Tries a target again that has failed, and goes on.",
     .command = &retry_rollout_target_command},
    {OF("targets/:targetId/skip"), CHANGES,
     .doc = "Leaves a target out that has failed, and goes on.",
     .command = &skip_rollout_target_command},
    {.method = "POST",
     .path = "/agent-updates/targets/:targetId/progress",
     .tag = "rollout",
     .doc = "Reports how far the update of an agent has come; what lies behind changes nothing.",
     .who = WHO_AGENT,
     .throttle = THROTTLE_NONE,
     .status = 200,
     .command = &report_update_command},
    {.method = NULL},
};
