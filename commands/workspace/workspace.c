/*
 * Folding what happens to workspaces: slugs, the default, members both ways round.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"

#include "commands/kinds.h"
#include "commands/workspace/workspace_facts.h"
#include "eventlog/events/workspace_events.h"

static const struct field workspace_fields[] = {
    {TEXT(workspace, slug), .tag = 1, .doc = "Its short name."},
    {FLAG(workspace, is_archived), .tag = 2, .doc = "Is it read-only?"},
};
static const struct shape workspace_shape = SHAPE(workspace, "What deciding knows of a workspace.");
const struct aggregate workspace_aggregate = {STATE_WORKSPACE, "workspace", &workspace_shape};

static const struct field membership_fields[] = {
    {UUID(membership, workspace_id), .tag = 1, .doc = "Where."},
    {UUID(membership, user_id), .tag = 2, .doc = "Who."},
    {CHOICE(membership, role, member_role_names), .tag = 3, .doc = "What they may do there."},
};
static const struct shape membership_shape = SHAPE(membership, "Somebody belongs to a workspace.");
const struct aggregate membership_aggregate = {STATE_MEMBERSHIP, "membership", &membership_shape};

struct bytes workspace_default_key(void)
{
    return bytes_of_text(text_lit("default"));
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct workspace_created *created = record->event;
    struct workspace workspace = {created->slug, created->is_archived};

    fold_claim(fold, CLAIM_SLUG, bytes_of_text(created->slug), created->workspace_id);
    if (flag_is_yes(created->is_default)) {
        model_release(fold->model, CLAIM_DEFAULT_WORKSPACE, workspace_default_key());
        fold_claim(fold, CLAIM_DEFAULT_WORKSPACE, workspace_default_key(), created->workspace_id);
    }
    model_store(fold->model, &workspace_aggregate, created->workspace_id, &workspace);
}

static void on_member_added(struct fold *fold, const struct record *record)
{
    const struct member_added *added = record->event;
    struct membership membership = {added->workspace_id, added->user_id, added->role};

    model_store(fold->model, &membership_aggregate, added->membership_id, &membership);
    model_link(
        fold->model, LINK_WORKSPACE_MEMBER, added->workspace_id, added->user_id,
        (uint64_t)added->role.is);
    model_link(fold->model, LINK_MEMBER_WORKSPACE, added->user_id, added->workspace_id, 0);
}

void workspace_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum workspace_event)record->type->id) {
    case EVT_WORKSPACE_CREATED:
        on_created(fold, record);
        break;
    case EVT_MEMBER_ADDED:
        on_member_added(fold, record);
        break;
    }
}

bool workspace_exists(
    const struct decision *decision, struct uuid workspace_id, bool *out_is_archived)
{
    struct workspace workspace;

    if (!model_load(
            decision->model, &workspace_aggregate, workspace_id, decision->arena, &workspace))
        return false;
    *out_is_archived = flag_is_yes(workspace.is_archived);
    return true;
}

struct uuid workspace_default(const struct decision *decision)
{
    struct uuid holder;

    if (model_holder(decision->model, CLAIM_DEFAULT_WORKSPACE, workspace_default_key(), &holder) ||
        model_holder(decision->model, CLAIM_SLUG, workspace_default_key(), &holder))
        return holder;
    return UUID_NONE;
}

enum status workspace_must_be_writable(
    const struct decision *decision, struct uuid workspace_id, struct fault *fault)
{
    bool is_archived;

    if (!workspace_exists(decision, workspace_id, &is_archived))
        return refuse(fault, &refused_workspace_missing, decision_show(decision, workspace_id));
    if (is_archived)
        return refuse(fault, &refused_workspace_archived);
    return STATUS_OK;
}

int64_t
workspace_role(const struct decision *decision, struct uuid workspace_id, struct uuid user_id)
{
    uint64_t role;

    if (!model_linked(decision->model, LINK_WORKSPACE_MEMBER, workspace_id, user_id, &role))
        return 0;
    return (int64_t)role;
}
