/*
 * Delete a workspace with all that belongs to it, in one command, so there is a bound to what it
 * may hold.
 *
 *   api ──delete_workspace──► [here] ──schedule_deleted*, rolling_run_cancelled*, task_cancelled*, task_abandoned*,
 *                                      node_removed*, install_expired*, team_member_removed*, team_deleted*,
 *                                      template_deleted*, selection_deleted*, channel_deleted*, secret_deleted*, member_removed*,
 *                                      workspace_deleted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_lookup.h"
#include "commands/notification/channel_lookup.h"
#include "commands/rolling/rolling_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/secret/secret_lookup.h"
#include "commands/selection/selection_lookup.h"
#include "commands/template/template_lookup.h"
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/base/must.h"
#include "eventlog/events/workspace_events.h"

enum { MOST_EVENTS = 9999 }; /* and one for the workspace itself */

static const struct field delete_workspace_fields[] = {
    {UUID(delete_workspace, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
};
static const struct shape delete_workspace_shape = SHAPE(delete_workspace, "Workspace to delete.");

static const struct field deleted_workspace_fields[] = {
    {UUID(deleted_workspace, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the workspace."},
    {TEXT(deleted_workspace, slug), .tag = 2, .flags = REQUIRED,
     .doc = "Slug that the workspace had."},
};
const struct shape deleted_workspace_shape =
    SHAPE(deleted_workspace, "Confirmation that a workspace was deleted.");

/* Teams and who belongs to them. */
static uint64_t count_teams(const struct decision *decision, struct uuid workspace_id)
{
    struct uuid team_id = UUID_NONE;
    uint64_t count = 0;

    while (count <= MOST_EVENTS &&
           model_next_link(
               decision->model, LINK_WORKSPACE_TEAM, workspace_id, team_id, &team_id, NULL))
        count += 1 + model_count_links(decision->model, LINK_TEAM_MEMBER, team_id, MOST_EVENTS);
    return count;
}

static enum status
must_fit(const struct decision *decision, struct uuid workspace_id, struct error *error)
{
    const struct {
        uint64_t count;
        const char *name;
    } parts[] = {
        {node_count_removals(decision, workspace_id, MOST_EVENTS),
         "nodes, installs or their tasks"},
        {count_teams(decision, workspace_id), "teams"},
        {model_count_links(decision->model, LINK_WORKSPACE_MEMBER, workspace_id, MOST_EVENTS),
         "members"},
        {template_count(decision, workspace_id, MOST_EVENTS), "templates"},
        {schedule_count_of_workspace(decision, workspace_id, MOST_EVENTS), "schedules"},
        {rolling_count_of_workspace(decision, workspace_id, MOST_EVENTS), "rolling runs"},
        {selection_count(decision, workspace_id, MOST_EVENTS), "selections"},
        {channel_count(decision, workspace_id, MOST_EVENTS), "channels"},
        {3 * secret_count(decision, workspace_id, MOST_EVENTS), "secrets"},
    };
    size_t most = 0;
    uint64_t sum = 0;

    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        sum += parts[i].count;
        most = parts[i].count > parts[most].count ? i : most;
    }
    if (sum > MOST_EVENTS)
        return decision_refuse(error, &refused_workspace_too_large, parts[most].name);
    return STATUS_OK;
}

static void emit_teams_deleted(struct decision *decision, struct uuid workspace_id)
{
    struct team_deleted deleted = {UUID_NONE, workspace_id, OPT_TRUE};

    while (model_next_link(
        decision->model, LINK_WORKSPACE_TEAM, workspace_id, deleted.team_id, &deleted.team_id,
        NULL)) {
        workspace_emit_team_emptied(decision, deleted.team_id, workspace_id);
        decision_emit(decision, &team_deleted_event, deleted.team_id, workspace_id, &deleted);
    }
}

static void emit_members_removed(struct decision *decision, struct uuid workspace_id)
{
    struct member_removed removed = {
        .workspace_id = workspace_id,
        .is_consequence = OPT_TRUE,
    };

    while (model_next_link(
        decision->model, LINK_WORKSPACE_MEMBER, workspace_id, removed.user_id, &removed.user_id,
        NULL)) {
        struct bytes key = workspace_pair_key(decision->arena, workspace_id, removed.user_id);
        if (model_holder(decision->model, CLAIM_MEMBERSHIP, key, &removed.membership_id))
            decision_emit(
                decision, &member_removed_event, removed.membership_id, workspace_id, &removed);
    }
}

static enum status
check(const struct decision *decision, struct uuid workspace_id, struct error *error)
{
    struct workspace workspace;

    if (!workspace_load(decision, workspace_id, &workspace))
        return decision_refuse(
            error, &refused_workspace_missing, decision_show(decision, workspace_id));
    if (opt_bool_is_true(workspace.is_archived))
        return decision_refuse(error, &refused_settings_archived);
    if (uuid_equal(workspace_default(decision), workspace_id))
        return decision_refuse(error, &refused_default_deleted);
    return must_fit(decision, workspace_id, error);
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_workspace *order = input;
    struct workspace_deleted deleted = {order->workspace_id};
    enum status status = check(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    schedule_emit_workspace_deleted(decision, order->workspace_id);
    rolling_emit_workspace_deleted(decision, order->workspace_id);
    node_emit_removals(decision, order->workspace_id);
    emit_teams_deleted(decision, order->workspace_id);
    template_emit_deleted(decision, order->workspace_id);
    selection_emit_deleted(decision, order->workspace_id);
    channel_emit_deleted(decision, order->workspace_id);
    secret_emit_deleted(decision, order->workspace_id);
    emit_members_removed(decision, order->workspace_id);
    decision_emit(
        decision, &workspace_deleted_event, order->workspace_id, order->workspace_id, &deleted);
    return STATUS_OK;
}

/* What is gone is still known by its slug. */
static void
answer_from(const struct decision *decision, const void *input, struct arena *arena, void *answer)
{
    const struct delete_workspace *order = input;
    struct deleted_workspace *deleted = answer;
    struct workspace workspace;

    deleted->id = order->workspace_id;
    if (model_load(decision->model, &workspace_aggregate, order->workspace_id, arena, &workspace))
        deleted->slug = workspace.slug;
}

const struct command delete_workspace_command = {
    .name = "delete_workspace",
    .doc = "Deletes a workspace and everything in it.",
    .input = &delete_workspace_shape,
    .decide = decide,
    .answer = &deleted_workspace_shape,
    .answer_from = answer_from,
};
