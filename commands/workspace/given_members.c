/*
 * Memberships that the rules of a provider give, change and take. What somebody did by hand stands.
 *
 *   commands/identity ──workspace_emit_given──► [here] ──member_added, member_role_changed, member_removed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_lookup.h"

static const struct given_role *find(const struct list *given, struct uuid workspace_id)
{
    const struct given_role *roles = given->items;

    for (size_t i = 0; i < given->count; i++) {
        if (uuid_equal(roles[i].workspace_id, workspace_id))
            return &roles[i];
    }
    return NULL;
}

/* Absent where somebody is no member. */
static struct uuid find_membership(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid user_id,
    struct membership *out)
{
    struct uuid id;

    if (!model_holder(
            decision->model, CLAIM_MEMBERSHIP,
            workspace_pair_key(decision->arena, workspace_id, user_id), &id) ||
        !model_load(decision->model, &membership_aggregate, id, decision->arena, out))
        return UUID_NONE;
    return id;
}

static uint64_t count_owners(const struct decision *decision, struct uuid workspace_id)
{
    struct uuid user_id = UUID_NONE;
    uint64_t owners = 0;
    uint64_t role;

    while (model_next_link(
        decision->model, LINK_WORKSPACE_MEMBER, workspace_id, user_id, &user_id, &role))
        owners += role == MEMBER_OWNER;
    return owners;
}

/* Counted once an order: a workspace may have many members. */
static uint64_t *
owners_of(const struct decision *decision, struct power_left *left, struct uuid workspace_id)
{
    for (size_t i = 0; i < left->count; i++) {
        if (uuid_equal(left->workspaces[i].workspace_id, workspace_id))
            return &left->workspaces[i].owners;
    }
    if (left->count == left->capacity) {
        struct owners_left *before = left->workspaces;
        left->capacity = 2 * left->capacity + 4;
        left->workspaces = arena_array(decision->arena, left->capacity, sizeof(*before));
        for (size_t i = 0; i < left->count; i++)
            left->workspaces[i] = before[i];
    }
    left->workspaces[left->count] =
        (struct owners_left){workspace_id, count_owners(decision, workspace_id)};
    return &left->workspaces[left->count++].owners;
}

/* False where the last owner would go; else it is noted. */
static bool may_turn(
    const struct decision *decision,
    struct power_left *left,
    struct uuid workspace_id,
    int64_t from,
    int64_t to)
{
    uint64_t *owners;

    if ((from == MEMBER_OWNER) == (to == MEMBER_OWNER))
        return true;
    owners = owners_of(decision, left, workspace_id);
    if (from == MEMBER_OWNER && *owners <= 1)
        return false;
    *owners = to == MEMBER_OWNER ? *owners + 1 : *owners - 1;
    return true;
}

static void give(
    struct decision *decision,
    struct uuid user_id,
    struct uuid provider_id,
    const struct given_role *given,
    struct power_left *left)
{
    struct member_added added = {
        .workspace_id = given->workspace_id,
        .user_id = user_id,
        .role = given->role,
        .provider_id = provider_id,
    };
    struct error error;

    if (workspace_must_be_writable(decision, given->workspace_id, &error) != STATUS_OK ||
        model_linked(decision->model, LINK_WITHHELD, user_id, given->workspace_id, NULL))
        return;
    (void)may_turn(decision, left, given->workspace_id, 0, given->role.is);
    added.membership_id = decision_id(decision);
    decision_emit(decision, &member_added_event, added.membership_id, given->workspace_id, &added);
}

/* One that the provider gave before; `given`: NULL: no more. */
static void renew(
    struct decision *decision,
    struct uuid id,
    const struct membership *membership,
    const struct given_role *given,
    struct power_left *left)
{
    const struct member_removed removed = {
        .membership_id = id,
        .workspace_id = membership->workspace_id,
        .user_id = membership->user_id,
        .is_consequence = OPT_FALSE,
        .provider_id = membership->provider_id,
    };
    struct member_role_changed changed = {
        .membership_id = id,
        .workspace_id = membership->workspace_id,
        .user_id = membership->user_id,
        .provider_id = membership->provider_id,
    };

    if (!may_turn(
            decision, left, membership->workspace_id, membership->role.is,
            given == NULL ? 0 : given->role.is))
        return;
    if (given == NULL) {
        workspace_emit_member_left(decision, &removed);
        return;
    }
    changed.role = given->role;
    if (changed.role.is != membership->role.is)
        decision_emit(decision, &member_role_changed_event, id, membership->workspace_id, &changed);
}

void workspace_emit_given(
    struct decision *decision,
    struct uuid user_id,
    struct uuid provider_id,
    const struct list *given,
    struct power_left *left)
{
    const struct given_role *roles = given->items;
    struct uuid workspace_id = UUID_NONE;
    struct membership membership = {.role = {0}};

    while (model_next_link(
        decision->model, LINK_MEMBER_WORKSPACE, user_id, workspace_id, &workspace_id, NULL)) {
        struct uuid id = find_membership(decision, workspace_id, user_id, &membership);
        if (uuid_is_present(id) && uuid_equal(membership.provider_id, provider_id))
            renew(decision, id, &membership, find(given, workspace_id), left);
    }
    for (size_t i = 0; i < given->count; i++) {
        if (workspace_role(decision, roles[i].workspace_id, user_id) == 0)
            give(decision, user_id, provider_id, &roles[i], left);
    }
}
