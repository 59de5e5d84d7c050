/*
 * Rules that several commands about members and teams share, and what several of them emit.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "eventlog/events/workspace_events.h"

enum status membership_must_exist(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid membership_id,
    struct membership *out,
    struct error *error)
{
    if (!model_load(decision->model, &membership_aggregate, membership_id, decision->arena, out) ||
        !uuid_equal(out->workspace_id, workspace_id))
        return decision_refuse(
            error, &refused_membership_missing, decision_show(decision, membership_id));
    return STATUS_OK;
}

enum status workspace_another_owner_must_stay(
    const struct decision *decision, const struct membership *membership, struct error *error)
{
    struct uuid user_id = UUID_NONE;
    uint64_t role;

    if (membership->role.is != MEMBER_OWNER)
        return STATUS_OK;
    while (model_next_link(
        decision->model, LINK_WORKSPACE_MEMBER, membership->workspace_id, user_id, &user_id,
        &role)) {
        if (role == MEMBER_OWNER && !uuid_equal(user_id, membership->user_id))
            return STATUS_OK;
    }
    return decision_refuse(error, &refused_last_owner);
}

enum status team_name_must_be_free(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid team_id,
    struct text name,
    struct error *error)
{
    struct bytes key = team_name_key(decision->arena, workspace_id, name);
    struct uuid holder;

    if (model_holder(decision->model, CLAIM_TEAM_NAME, key, &holder) &&
        !uuid_equal(holder, team_id))
        return decision_refuse(error, &refused_team_name_taken);
    return STATUS_OK;
}

static void emit_left(
    struct decision *decision, struct uuid team_id, struct uuid workspace_id, struct uuid user_id)
{
    struct team_member_removed left = {
        .team_id = team_id,
        .workspace_id = workspace_id,
        .user_id = user_id,
        .is_consequence = OPT_TRUE,
    };
    struct bytes key = workspace_pair_key(decision->arena, team_id, user_id);

    if (model_holder(decision->model, CLAIM_TEAM_MEMBERSHIP, key, &left.team_membership_id))
        decision_emit(
            decision, &team_member_removed_event, left.team_membership_id, workspace_id, &left);
}

void workspace_emit_team_emptied(
    struct decision *decision, struct uuid team_id, struct uuid workspace_id)
{
    struct uuid user_id = UUID_NONE;

    while (model_next_link(decision->model, LINK_TEAM_MEMBER, team_id, user_id, &user_id, NULL))
        emit_left(decision, team_id, workspace_id, user_id);
}

void workspace_emit_teams_left(
    struct decision *decision, struct uuid user_id, struct uuid workspace_id)
{
    struct uuid team_id = UUID_NONE;
    struct team team;

    while (model_next_link(decision->model, LINK_MEMBER_TEAM, user_id, team_id, &team_id, NULL)) {
        if (model_load(decision->model, &team_aggregate, team_id, decision->arena, &team) &&
            uuid_equal(team.workspace_id, workspace_id))
            emit_left(decision, team_id, workspace_id, user_id);
    }
}
