/*
 * Folding what happens to workspaces: slugs, the default, members both ways round.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"

#include "commands/identity/identity_lookup.h"
#include "commands/rolling/rolling_lookup.h"
#include "commands/schedule/schedule_lookup.h"
#include "commands/workspace/workspace_lookup.h"
#include "core/base/must.h"
#include "eventlog/events/workspace_events.h"

static const struct field workspace_fields[] = {
    {TEXT(workspace, slug), .tag = 1, .doc = "Slug of the workspace."},
    {BOOL(workspace, is_archived), .tag = 2,
     .doc = "Whether the workspace is archived, and so read-only."},
    {BOOL(workspace, is_deleted), .tag = 3, .doc = "Whether the workspace was deleted."},
    {TEXT(workspace, default_timezone), .tag = 4, .doc = "Time zone of its schedules."},
    {BOOL(workspace, second_factor_required), .tag = 5,
     .doc = "Whether whoever is to see it needs a second factor."},
};
static const struct shape workspace_shape = SHAPE(workspace, "State of a workspace.");
const struct aggregate workspace_aggregate = {STATE_WORKSPACE, "workspace", &workspace_shape};

static const struct field membership_fields[] = {
    {UUID(membership, workspace_id), .tag = 1, .doc = "Id of the workspace."},
    {UUID(membership, user_id), .tag = 2, .doc = "Id of the person."},
    {ENUM(membership, role, member_role_names), .tag = 3, .doc = "Role in the workspace."},
    {UUID(membership, provider_id), .tag = 4, .doc = "Id of the provider whose rules gave it."},
};
static const struct shape membership_shape = SHAPE(membership, "State of a membership.");
const struct aggregate membership_aggregate = {STATE_MEMBERSHIP, "membership", &membership_shape};

struct bytes workspace_default_key(void)
{
    return bytes_of_text(text_lit("default"));
}

static void move_default(struct fold *fold, struct uuid workspace_id)
{
    model_release(fold->model, CLAIM_DEFAULT_WORKSPACE, workspace_default_key());
    fold_claim(fold, CLAIM_DEFAULT_WORKSPACE, workspace_default_key(), workspace_id);
}

static void on_created(struct fold *fold, const struct record *record)
{
    const struct workspace_created *created = record->event;
    struct workspace workspace = {
        .slug = created->slug,
        .is_archived = created->is_archived,
        .is_deleted = OPT_FALSE,
        .default_timezone = created->default_timezone,
    };

    fold_claim(fold, CLAIM_SLUG, bytes_of_text(created->slug), created->workspace_id);
    if (opt_bool_is_true(created->is_default))
        move_default(fold, created->workspace_id);
    model_store(fold->model, &workspace_aggregate, created->workspace_id, &workspace);
}

static bool load(struct fold *fold, struct uuid workspace_id, struct workspace *out)
{
    return model_load(fold->model, &workspace_aggregate, workspace_id, fold->arena, out);
}

static void on_changed(struct fold *fold, const struct record *record)
{
    const struct workspace_changed *changed = record->event;
    struct workspace workspace;

    if (!load(fold, changed->workspace_id, &workspace))
        return;
    if (text_is_present(changed->slug)) {
        fold_release(fold, CLAIM_SLUG, bytes_of_text(workspace.slug), changed->workspace_id);
        fold_claim(fold, CLAIM_SLUG, bytes_of_text(changed->slug), changed->workspace_id);
        workspace.slug = changed->slug;
    }
    if (opt_bool_is_true(changed->is_default))
        move_default(fold, changed->workspace_id);
    if (changed->is_archived.is != 0)
        workspace.is_archived = changed->is_archived;
    if (text_is_present(changed->default_timezone))
        workspace.default_timezone = changed->default_timezone;
    if (changed->second_factor_required.is != 0)
        workspace.second_factor_required = changed->second_factor_required;
    model_store(fold->model, &workspace_aggregate, changed->workspace_id, &workspace);
    if (changed->is_archived.is != 0) {
        schedule_move_timers_of_workspace(fold, changed->workspace_id);
        rolling_move_timers_of_workspace(fold, changed->workspace_id);
    }
}

static void on_deleted(struct fold *fold, const struct record *record)
{
    const struct workspace_deleted *deleted = record->event;
    struct workspace workspace;

    if (!load(fold, deleted->workspace_id, &workspace))
        return;
    fold_release(fold, CLAIM_SLUG, bytes_of_text(workspace.slug), deleted->workspace_id);
    fold_release(fold, CLAIM_DEFAULT_WORKSPACE, workspace_default_key(), deleted->workspace_id);
    workspace.is_deleted = OPT_TRUE;
    model_store(fold->model, &workspace_aggregate, deleted->workspace_id, &workspace);
}

static void on_member_added(struct fold *fold, const struct record *record)
{
    const struct member_added *added = record->event;
    struct membership membership = {
        added->workspace_id, added->user_id, added->role, added->provider_id};

    model_store(fold->model, &membership_aggregate, added->membership_id, &membership);
    fold_claim(
        fold, CLAIM_MEMBERSHIP,
        workspace_pair_key(fold->arena, added->workspace_id, added->user_id), added->membership_id);
    model_link(
        fold->model, LINK_WORKSPACE_MEMBER, added->workspace_id, added->user_id,
        (uint64_t)added->role.is);
    model_link(fold->model, LINK_MEMBER_WORKSPACE, added->user_id, added->workspace_id, 0);
}

/* Where somebody changed or took what rules gave, rules give nothing any more, whatever comes after. */
static void withhold(struct fold *fold, struct uuid membership_id, struct uuid provider_id)
{
    struct membership membership;

    if (!uuid_is_present(provider_id) &&
        model_load(fold->model, &membership_aggregate, membership_id, fold->arena, &membership) &&
        uuid_is_present(membership.provider_id))
        model_link(fold->model, LINK_WITHHELD, membership.user_id, membership.workspace_id, 1);
}

static void on_role_changed(struct fold *fold, const struct record *record)
{
    const struct member_role_changed *changed = record->event;
    struct membership membership = {
        changed->workspace_id, changed->user_id, changed->role, changed->provider_id};

    withhold(fold, changed->membership_id, changed->provider_id);
    model_store(fold->model, &membership_aggregate, changed->membership_id, &membership);
    model_link(
        fold->model, LINK_WORKSPACE_MEMBER, changed->workspace_id, changed->user_id,
        (uint64_t)changed->role.is);
}

static void on_member_removed(struct fold *fold, const struct record *record)
{
    const struct member_removed *removed = record->event;

    if (!opt_bool_is_true(removed->is_consequence))
        withhold(fold, removed->membership_id, removed->provider_id);
    model_remove(fold->model, &membership_aggregate, removed->membership_id);
    fold_release(
        fold, CLAIM_MEMBERSHIP,
        workspace_pair_key(fold->arena, removed->workspace_id, removed->user_id),
        removed->membership_id);
    model_unlink(fold->model, LINK_WORKSPACE_MEMBER, removed->workspace_id, removed->user_id);
    model_unlink(fold->model, LINK_MEMBER_WORKSPACE, removed->user_id, removed->workspace_id);
}

void workspace_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum workspace_event)record->type->id) {
    case EVT_WORKSPACE_CREATED:
        on_created(fold, record);
        break;
    case EVT_WORKSPACE_CHANGED:
        on_changed(fold, record);
        break;
    case EVT_WORKSPACE_DELETED:
        on_deleted(fold, record);
        windows_evolve(fold, record);
        break;
    case EVT_WORKSPACE_WINDOWS_CHANGED:
        windows_evolve(fold, record);
        break;
    case EVT_MEMBER_ADDED:
        on_member_added(fold, record);
        break;
    case EVT_MEMBER_ROLE_CHANGED:
        on_role_changed(fold, record);
        break;
    case EVT_MEMBER_REMOVED:
        on_member_removed(fold, record);
        break;
    case EVT_TEAM_CREATED:
    case EVT_TEAM_CHANGED:
    case EVT_TEAM_DELETED:
    case EVT_TEAM_MEMBER_ADDED:
    case EVT_TEAM_MEMBER_REMOVED:
        team_evolve(fold, record);
        break;
    }
}

bool workspace_load(
    const struct decision *decision, struct uuid workspace_id, struct workspace *out)
{
    return model_load(decision->model, &workspace_aggregate, workspace_id, decision->arena, out) &&
           !opt_bool_is_true(out->is_deleted);
}

bool workspace_exists(const struct decision *decision, struct uuid workspace_id)
{
    struct workspace workspace;

    return workspace_load(decision, workspace_id, &workspace);
}

bool workspace_is_archived(struct fold *fold, struct uuid workspace_id)
{
    struct workspace workspace;

    return load(fold, workspace_id, &workspace) && opt_bool_is_true(workspace.is_archived);
}

struct text workspace_timezone(const struct decision *decision, struct uuid workspace_id)
{
    struct workspace workspace;

    return workspace_load(decision, workspace_id, &workspace) ? workspace.default_timezone
                                                              : (struct text){NULL, 0};
}

struct uuid workspace_default(const struct decision *decision)
{
    struct uuid holder;

    if (model_holder(decision->model, CLAIM_DEFAULT_WORKSPACE, workspace_default_key(), &holder) ||
        model_holder(decision->model, CLAIM_SLUG, workspace_default_key(), &holder))
        return holder;
    return UUID_NONE;
}

enum status
workspace_must_exist(const struct decision *decision, struct uuid workspace_id, struct error *error)
{
    if (workspace_exists(decision, workspace_id))
        return STATUS_OK;
    return decision_refuse(
        error, &refused_workspace_missing, decision_show(decision, workspace_id));
}

enum status workspace_must_be_writable(
    const struct decision *decision, struct uuid workspace_id, struct error *error)
{
    struct workspace workspace;

    if (!workspace_load(decision, workspace_id, &workspace))
        return decision_refuse(
            error, &refused_workspace_missing, decision_show(decision, workspace_id));
    if (opt_bool_is_true(workspace.is_archived))
        return decision_refuse(error, &refused_workspace_archived);
    return STATUS_OK;
}

static bool requires_factor(const struct decision *decision, struct uuid workspace_id)
{
    struct workspace workspace;

    return workspace_load(decision, workspace_id, &workspace) &&
           opt_bool_is_true(workspace.second_factor_required);
}

bool workspace_is_shut(
    const struct decision *decision, struct uuid workspace_id, struct uuid user_id)
{
    return requires_factor(decision, workspace_id) && user_lacks_factor(decision, user_id);
}

int64_t
workspace_open_role(const struct decision *decision, struct uuid workspace_id, struct uuid user_id)
{
    return workspace_is_shut(decision, workspace_id, user_id)
               ? 0
               : workspace_role(decision, workspace_id, user_id);
}

int64_t
workspace_role(const struct decision *decision, struct uuid workspace_id, struct uuid user_id)
{
    uint64_t role;

    if (!model_linked(decision->model, LINK_WORKSPACE_MEMBER, workspace_id, user_id, &role))
        return 0;
    return (int64_t)role;
}

bool workspace_user_needs_factor(const struct decision *decision, struct uuid user_id)
{
    struct uuid workspace_id = UUID_NONE;

    while (model_next_link(
        decision->model, LINK_MEMBER_WORKSPACE, user_id, workspace_id, &workspace_id, NULL)) {
        if (requires_factor(decision, workspace_id))
            return true;
    }
    return false;
}

bool workspace_user_has_workspaces(const struct decision *decision, struct uuid user_id)
{
    struct uuid any;

    return model_next_link(decision->model, LINK_MEMBER_WORKSPACE, user_id, UUID_NONE, &any, NULL);
}

struct list
workspace_ids_of_user(const struct decision *decision, struct uuid user_id, struct arena *arena)
{
    struct uuid workspace_id = UUID_NONE;
    struct list ids = {"", 0};
    struct uuid *items;

    while (model_next_link(
        decision->model, LINK_MEMBER_WORKSPACE, user_id, workspace_id, &workspace_id, NULL))
        ids.count++;
    if (ids.count == 0)
        return ids;
    items = arena_array(arena, ids.count, sizeof(*items));
    workspace_id = UUID_NONE;
    for (size_t i = 0; i < ids.count; i++) {
        must(model_next_link(
            decision->model, LINK_MEMBER_WORKSPACE, user_id, workspace_id, &workspace_id, NULL));
        items[i] = workspace_id;
    }
    ids.items = items;
    return ids;
}

bool workspace_changes_access(const struct event_type *type)
{
    return type == &workspace_created_event || type == &workspace_changed_event ||
           type == &workspace_deleted_event || type == &member_added_event ||
           type == &member_role_changed_event || type == &member_removed_event;
}
