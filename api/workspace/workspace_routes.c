/*
 * Routes of workspaces, members and teams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/workspace/workspace_routes.h"

#include "api/steps.h"
#include "api/workspace/workspace_view.h"
#include "commands/workspace/workspace_commands.h"
#include "core/time/timezone.h"

/* Looking zones up is nothing for the writer: it is told what came of it. */
static bool prepare_create(struct call *call, void *input)
{
    struct create_workspace *order = input;

    (void)call;
    order->timezone_is_unknown = opt_bool_of(!timezone_is_known(order->default_timezone));
    return true;
}

static bool prepare_change(struct call *call, void *input)
{
    struct change_workspace *order = input;

    order->timezone_is_unknown = opt_bool_of(
        text_is_present(order->default_timezone) && !timezone_is_known(order->default_timezone));
    order->by_platform_admin = opt_bool_of(call->access.is_platform_admin);
    return true;
}

const struct route workspace_routes[] = {
    {.method = "GET",
     .path = "/workspaces",
     .tag = "workspace",
     .doc = "Lists the workspaces that the caller belongs to; a platform admin sees all.",
     .who = WHO_USER,
     .status = 200,
     .query = &workspaces_query},
    {.method = "POST",
     .path = "/workspaces",
     .tag = "workspace",
     .doc = "Makes a workspace; the caller becomes its owner.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 201,
     .command = &create_workspace_command,
     .prepare = prepare_create,
     .shows = &created_workspace_query,
     .shows_id = "workspace_id"},
    {.method = "GET",
     .path = "/workspaces/:workspaceId",
     .tag = "workspace",
     .doc = "Reads a workspace.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .query = &workspace_query},
    {.method = "PATCH",
     .path = "/workspaces/:workspaceId",
     .tag = "workspace",
     .doc = "Changes what is given of a workspace; archives, restores it, makes it the default.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &change_workspace_command,
     .prepare = prepare_change,
     .shows = &workspace_query,
     .shows_id = "workspace_id"},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId",
     .tag = "workspace",
     .doc = "Deletes a workspace with all that belongs to it.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &delete_workspace_command},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/members",
     .tag = "workspace",
     .doc = "Lists the members of a workspace.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .query = &members_query},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/assignable-users",
     .tag = "workspace",
     .doc = "Lists who could be taken into a workspace.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .query = &assignable_query},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/members",
     .tag = "workspace",
     .doc = "Takes somebody into a workspace.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .command = &add_member_command,
     .shows = &membership_query,
     .shows_id = "membership_id"},
    {.method = "PATCH",
     .path = "/workspaces/:workspaceId/members/:membershipId",
     .tag = "workspace",
     .doc = "Gives a member another role.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &change_member_command,
     .shows = &membership_query,
     .shows_id = "membership_id"},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId/members/:membershipId",
     .tag = "workspace",
     .doc = "Takes somebody out of a workspace and its teams.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &remove_member_command},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/teams",
     .tag = "workspace",
     .doc = "Lists the teams of a workspace.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .query = &teams_query},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/teams",
     .tag = "workspace",
     .doc = "Makes a team.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .command = &create_team_command,
     .shows = &team_query,
     .shows_id = "team_id"},
    {.method = "PATCH",
     .path = "/workspaces/:workspaceId/teams/:teamId",
     .tag = "workspace",
     .doc = "Changes name or description of a team.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &change_team_command,
     .shows = &team_query,
     .shows_id = "team_id"},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId/teams/:teamId",
     .tag = "workspace",
     .doc = "Deletes a team that looks after no nodes.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &delete_team_command},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/teams/:teamId/members",
     .tag = "workspace",
     .doc = "Lists the members of a team.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .query = &team_members_query},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/teams/:teamId/members",
     .tag = "workspace",
     .doc = "Takes a member of the workspace into a team.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .command = &add_team_member_command,
     .shows = &team_member_query,
     .shows_id = "team_membership_id"},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId/teams/:teamId/members/:userId",
     .tag = "workspace",
     .doc = "Takes somebody out of a team.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &remove_team_member_command},
    {.method = NULL},
};
