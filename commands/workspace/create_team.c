/*
 * Make a team, which people of a workspace may belong to and which looks after nodes.
 *
 *   api ──create_team──► [here] ──team_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

static const struct field create_team_fields[] = {
    {UUID(create_team, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the team will belong to."},
    {TEXT(create_team, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2, .max = 120,
     .doc = "Name of the team; unique in the workspace."},
    {TEXT(create_team, description), .tag = 3, .flags = MANY_LINES | TRIM, .max = 2000,
     .doc = "What the team is for."},
};
static const struct shape create_team_shape = SHAPE(create_team, "Team to create.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_team *order = input;
    struct team_created created = {
        .workspace_id = order->workspace_id,
        .name = order->name,
        .description = order->description.size > 0 ? order->description : (struct text){0},
    };
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status == STATUS_OK)
        status =
            team_name_must_be_free(decision, order->workspace_id, UUID_NONE, order->name, error);
    if (status != STATUS_OK)
        return status;
    created.team_id = decision_id(decision);
    decision_emit(decision, &team_created_event, created.team_id, order->workspace_id, &created);
    return STATUS_OK;
}

const struct command create_team_command = {
    .name = "create_team",
    .doc = "Creates a team.",
    .input = &create_team_shape,
    .decide = decide,
};
