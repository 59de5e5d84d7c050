/*
 * Change name or description of a team; whatever is not given stays.
 *
 *   api ──change_team──► [here] ──team_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"

enum { DESCRIPTION_FIELD = 3 }; /* its place in the table */

static const struct field change_team_fields[] = {
    {UUID(change_team, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(change_team, team_id), .tag = 2, .flags = REQUIRED | FROM_PATH, .doc = "Id of the team."},
    {TEXT(change_team, name), .tag = 3, .flags = ONE_LINE | TRIM, .min = 2, .max = 120,
     .doc = "Name of the team; unique in the workspace."},
    {TEXT(change_team, description), .tag = 4, .flags = MANY_LINES | TRIM | MAY_BE_NULL,
     .max = 2000, .doc = "What the team is for; null or blank clears it."},
    {INT64(change_team, given), .tag = 5, .doc = "Fields that were given, as bits."},
};
static const struct shape change_team_shape =
    SHAPE_WITH(change_team, "Changes of a team.", .given_tag = 5);

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_team *order = input;
    struct team_changed changed = {
        .team_id = order->team_id,
        .workspace_id = order->workspace_id,
        .name = order->name,
    };
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status == STATUS_OK && !team_is_of(decision, order->team_id, order->workspace_id, NULL))
        status = decision_refuse(
            error, &refused_team_not_found, decision_show(decision, order->team_id));
    if (status == STATUS_OK && text_is_present(order->name))
        status = team_name_must_be_free(
            decision, order->workspace_id, order->team_id, order->name, error);
    if (status != STATUS_OK)
        return status;
    if ((order->given >> DESCRIPTION_FIELD & 1) != 0)
        changed.description =
            text_is_present(order->description) ? order->description : text_lit("");
    decision_emit(decision, &team_changed_event, order->team_id, order->workspace_id, &changed);
    return STATUS_OK;
}

const struct command change_team_command = {
    .name = "change_team",
    .doc = "Changes name or description of a team.",
    .input = &change_team_shape,
    .decide = decide,
};
