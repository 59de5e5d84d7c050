/*
 * Routes of workspaces, members and teams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/call.h"
#include "api/deleted_view.h"
#include "api/route.h"
#include "api/workspace/workspace_resources.h"
#include "commands/workspace/workspace_commands.h"
#include "core/time/timezone.h"

/* Looking zones up is nothing for the writer: it is told what came of it. The zone gets the spelling of
 * the tz database. */
static struct opt_bool spell_timezone(const struct call *call, struct text *timezone)
{
    struct text spelled;

    if (!text_is_present(*timezone))
        return OPT_FALSE;
    spelled = timezone_list_find(call->services->timezones, *timezone);
    if (!text_is_present(spelled))
        return OPT_TRUE;
    *timezone = spelled;
    return OPT_FALSE;
}

static bool prepare_create(struct call *call, void *input)
{
    struct create_workspace *order = input;

    order->timezone_is_unknown = spell_timezone(call, &order->default_timezone);
    return true;
}

static bool prepare_change(struct call *call, void *input)
{
    struct change_workspace *order = input;

    order->timezone_is_unknown = spell_timezone(call, &order->default_timezone);
    order->by_platform_admin = opt_bool_of(call->access.is_platform_admin);
    return true;
}

struct team_left_view {
    struct opt_bool deleted;
    struct uuid user_id;
};
static const struct field team_left_view_fields[] = {
    {BOOL(team_left_view, deleted), .tag = 1, .flags = REQUIRED, .doc = "Always true on success."},
    {UUID(team_left_view, user_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the person."},
};
static const struct shape team_left_view_shape =
    SHAPE(team_left_view, "Confirmation that a member of a team was removed.");

static void answer_left(struct call *call, const void *answer)
{
    const struct team_left_view view = {OPT_TRUE, deleted_id(call)};

    (void)answer;
    call_answer_shape(call, call->route->status, &team_left_view_shape, &view);
}

struct deleted_workspace_view {
    struct deleted_workspace workspace;
    struct opt_bool deleted;
};
static const struct field deleted_workspace_view_fields[] = {
    {BOOL(deleted_workspace_view, deleted), .tag = 3, .flags = REQUIRED,
     .doc = "Always true on success."},
};
static const struct shape deleted_workspace_view_shape = SHAPE_WITH(
    deleted_workspace_view,
    "Confirmation that a workspace was deleted.",
    .base = &deleted_workspace_shape);

static void answer_deleted_workspace(struct call *call, const void *answer)
{
    const struct deleted_workspace_view view = {
        *(const struct deleted_workspace *)answer, OPT_TRUE};

    call_answer_shape(call, call->route->status, &deleted_workspace_view_shape, &view);
}

const struct route workspace_routes[] = {
    {.method = "GET",
     .path = "/workspaces",
     .tag = "workspace",
     .doc = "Lists the workspaces that the caller belongs to; a platform admin sees all.",
     .who = WHO_USER,
     .status = 200,
     .lists = &workspace_resource},
    {.method = "POST",
     .path = "/workspaces",
     .tag = "workspace",
     .doc = "Creates a workspace; the caller becomes its owner.",
     .who = WHO_PLATFORM_ADMIN,
     .status = 201,
     .command = &create_workspace_command,
     .before_submit = prepare_create,
     .shows = &created_workspace_resource},
    {.method = "GET",
     .path = "/workspaces/:workspaceId",
     .tag = "workspace",
     .doc = "Reads a workspace.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .reads = &workspace_resource},
    {.method = "PATCH",
     .path = "/workspaces/:workspaceId",
     .tag = "workspace",
     .doc = "Changes a workspace: settings, default, archived or not.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &change_workspace_command,
     .before_submit = prepare_change,
     .shows = &workspace_resource},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId",
     .tag = "workspace",
     .doc = "Deletes a workspace and everything in it.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &delete_workspace_command,
     .render = answer_deleted_workspace,
     .reply.shape = &deleted_workspace_view_shape},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/windows",
     .tag = "workspace",
     .doc = "Lists the windows in which no planned work of a workspace begins.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .command = &query_windows_command},
    {.method = "PUT",
     .path = "/workspaces/:workspaceId/windows",
     .tag = "workspace",
     .doc = "Says in which windows no planned work of a workspace begins: all of them.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &set_windows_command},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/members",
     .tag = "workspace",
     .doc = "Lists the members of a workspace.",
     .who = WHO_WORKSPACE_MEMBER,
     .is_for_recovery = true,
     .status = 200,
     .lists = &membership_resource},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/assignable-users",
     .tag = "workspace",
     .doc = "Lists people who can be added to a workspace.",
     .who = WHO_WORKSPACE_ADMIN,
     .is_for_recovery = true,
     .status = 200,
     .query = &assignable_query},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/members",
     .tag = "workspace",
     .doc = "Adds a person to a workspace.",
     .who = WHO_WORKSPACE_ADMIN,
     .is_for_recovery = true,
     .status = 201,
     .command = &add_member_command,
     .shows = &membership_resource},
    {.method = "PATCH",
     .path = "/workspaces/:workspaceId/members/:membershipId",
     .tag = "workspace",
     .doc = "Changes the role of a member.",
     .who = WHO_WORKSPACE_ADMIN,
     .is_for_recovery = true,
     .status = 200,
     .command = &change_member_command,
     .shows = &membership_resource},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId/members/:membershipId",
     .tag = "workspace",
     .doc = "Removes a person from a workspace and its teams.",
     .who = WHO_WORKSPACE_ADMIN,
     .is_for_recovery = true,
     .status = 200,
     .command = &remove_member_command,
     .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/teams",
     .tag = "workspace",
     .doc = "Lists the teams of a workspace.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .lists = &team_resource},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/teams",
     .tag = "workspace",
     .doc = "Creates a team.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .command = &create_team_command,
     .shows = &team_resource},
    {.method = "PATCH",
     .path = "/workspaces/:workspaceId/teams/:teamId",
     .tag = "workspace",
     .doc = "Changes name or description of a team.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &change_team_command,
     .shows = &team_resource},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId/teams/:teamId",
     .tag = "workspace",
     .doc = "Deletes a team that no node is assigned to.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &delete_team_command,
     .render = deleted_answer,
     .reply.shape = &deleted_view_shape},
    {.method = "GET",
     .path = "/workspaces/:workspaceId/teams/:teamId/members",
     .tag = "workspace",
     .doc = "Lists the members of a team.",
     .who = WHO_WORKSPACE_MEMBER,
     .status = 200,
     .lists = &team_member_resource},
    {.method = "POST",
     .path = "/workspaces/:workspaceId/teams/:teamId/members",
     .tag = "workspace",
     .doc = "Adds a member of the workspace to a team.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 201,
     .command = &add_team_member_command,
     .shows = &team_member_resource},
    {.method = "DELETE",
     .path = "/workspaces/:workspaceId/teams/:teamId/members/:userId",
     .tag = "workspace",
     .doc = "Removes a person from a team.",
     .who = WHO_WORKSPACE_ADMIN,
     .status = 200,
     .command = &remove_team_member_command,
     .render = answer_left,
     .reply.shape = &team_left_view_shape},
    {.method = NULL},
};
