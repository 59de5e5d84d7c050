/*
 * Folding what happens to teams: their names, their members both ways round. Which nodes a team
 * looks after is folded with the nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/crypto/crypto.h"
#include "eventlog/events/workspace_events.h"

static const struct field team_fields[] = {
    {UUID(team, workspace_id), .tag = 1, .doc = "Workspace that the team belongs to."},
    {TEXT(team, name), .tag = 2, .doc = "Name of the team; unique in the workspace."},
};
static const struct shape team_shape = SHAPE(team, "State of a team.");
const struct aggregate team_aggregate = {STATE_TEAM, "team", &team_shape};

struct bytes workspace_pair_key(struct arena *arena, struct uuid where, struct uuid user_id)
{
    struct uuid *pair = arena_array(arena, 2, sizeof(*pair));

    pair[0] = where;
    pair[1] = user_id;
    return (struct bytes){pair[0].bytes, 2 * sizeof(*pair)};
}

struct bytes team_name_key(struct arena *arena, struct uuid workspace_id, struct text name)
{
    struct bytes pieces[] = {{workspace_id.bytes, sizeof(workspace_id.bytes)}, bytes_of_text(name)};
    struct digest digest = sha256_of(pieces, COUNT_OF(pieces));

    return bytes_copy(arena, (struct bytes){digest.bytes, DIGEST_SIZE});
}

static void claim_name(struct fold *fold, struct uuid team_id, const struct team *team)
{
    fold_claim(
        fold, CLAIM_TEAM_NAME, team_name_key(fold->arena, team->workspace_id, team->name), team_id);
}

static void release_name(struct fold *fold, struct uuid team_id, const struct team *team)
{
    fold_release(
        fold, CLAIM_TEAM_NAME, team_name_key(fold->arena, team->workspace_id, team->name), team_id);
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct team_created *created = record->event;
    struct team team = {created->workspace_id, created->name};

    claim_name(fold, created->team_id, &team);
    model_link(fold->model, LINK_WORKSPACE_TEAM, created->workspace_id, created->team_id, 0);
    model_store(fold->model, &team_aggregate, created->team_id, &team);
}

static void on_changed(struct fold *fold, const struct record *record)
{
    const struct team_changed *changed = record->event;
    struct team team;

    if (!text_is_present(changed->name) ||
        !model_load(fold->model, &team_aggregate, changed->team_id, fold->arena, &team))
        return;
    release_name(fold, changed->team_id, &team);
    team.name = changed->name;
    claim_name(fold, changed->team_id, &team);
    model_store(fold->model, &team_aggregate, changed->team_id, &team);
}

static void on_deleted(struct fold *fold, const struct record *record)
{
    const struct team_deleted *deleted = record->event;
    struct team team;

    if (!model_load(fold->model, &team_aggregate, deleted->team_id, fold->arena, &team))
        return;
    release_name(fold, deleted->team_id, &team);
    model_unlink(fold->model, LINK_WORKSPACE_TEAM, deleted->workspace_id, deleted->team_id);
    model_remove(fold->model, &team_aggregate, deleted->team_id);
}

static void on_member_added(struct fold *fold, const struct record *record)
{
    const struct team_member_added *added = record->event;

    fold_claim(
        fold, CLAIM_TEAM_MEMBERSHIP,
        workspace_pair_key(fold->arena, added->team_id, added->user_id), added->team_membership_id);
    model_link(fold->model, LINK_TEAM_MEMBER, added->team_id, added->user_id, 0);
    model_link(fold->model, LINK_MEMBER_TEAM, added->user_id, added->team_id, 0);
}

static void on_member_removed(struct fold *fold, const struct record *record)
{
    const struct team_member_removed *removed = record->event;

    fold_release(
        fold, CLAIM_TEAM_MEMBERSHIP,
        workspace_pair_key(fold->arena, removed->team_id, removed->user_id),
        removed->team_membership_id);
    model_unlink(fold->model, LINK_TEAM_MEMBER, removed->team_id, removed->user_id);
    model_unlink(fold->model, LINK_MEMBER_TEAM, removed->user_id, removed->team_id);
}

void team_evolve(struct fold *fold, const struct record *record)
{
    if (record->type == &team_created_event)
        on_created(fold, record);
    else if (record->type == &team_changed_event)
        on_changed(fold, record);
    else if (record->type == &team_deleted_event)
        on_deleted(fold, record);
    else if (record->type == &team_member_added_event)
        on_member_added(fold, record);
    else if (record->type == &team_member_removed_event)
        on_member_removed(fold, record);
}

bool team_is_of(
    const struct decision *decision,
    struct uuid team_id,
    struct uuid workspace_id,
    struct text *out_name)
{
    struct team team;

    if (!model_load(decision->model, &team_aggregate, team_id, decision->arena, &team) ||
        !uuid_equal(team.workspace_id, workspace_id))
        return false;
    if (out_name != NULL)
        *out_name = team.name;
    return true;
}

enum status team_must_be_of(
    const struct decision *decision,
    struct uuid team_id,
    struct uuid workspace_id,
    struct error *error)
{
    if (uuid_is_present(team_id) && !team_is_of(decision, team_id, workspace_id, NULL))
        return decision_refuse(error, &refused_team_not_found, decision_show(decision, team_id));
    return STATUS_OK;
}

bool workspace_user_has_teams(const struct decision *decision, struct uuid user_id)
{
    struct uuid any;

    return model_next_link(decision->model, LINK_MEMBER_TEAM, user_id, UUID_NONE, &any, NULL);
}
