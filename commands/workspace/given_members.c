/*
 * Memberships that the rules of a provider give, change and take. What somebody did by hand stands.
 *
 *   commands/identity ──workspace_emit_given──► [here] ──member_added, member_role_changed, member_removed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace.h"
#include "commands/workspace/workspace_lookup.h"

static const struct given_role *
find(const struct given_role *given, size_t count, struct uuid workspace_id)
{
    for (size_t i = 0; i < count; i++) {
        if (uuid_equal(given[i].workspace_id, workspace_id))
            return &given[i];
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

static bool
is_needed(const struct decision *decision, const struct membership *membership, int64_t role)
{
    struct error error;

    return role != MEMBER_OWNER &&
           workspace_another_owner_must_stay(decision, membership, &error) != STATUS_OK;
}

static void give(
    struct decision *decision,
    struct uuid user_id,
    struct uuid provider_id,
    const struct given_role *given)
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
    added.membership_id = decision_id(decision);
    decision_emit(decision, &member_added_event, added.membership_id, given->workspace_id, &added);
}

/* One that the provider gave before; `given`: NULL: no more. */
static void renew(
    struct decision *decision,
    struct uuid id,
    const struct membership *membership,
    const struct given_role *given)
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

    if (is_needed(decision, membership, given == NULL ? 0 : given->role.is))
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
    const struct given_role *given,
    size_t count)
{
    struct uuid workspace_id = UUID_NONE;
    struct membership membership = {.role = {0}};

    while (model_next_link(
        decision->model, LINK_MEMBER_WORKSPACE, user_id, workspace_id, &workspace_id, NULL)) {
        struct uuid id = find_membership(decision, workspace_id, user_id, &membership);
        if (uuid_is_present(id) && uuid_equal(membership.provider_id, provider_id))
            renew(decision, id, &membership, find(given, count, workspace_id));
    }
    for (size_t i = 0; i < count; i++) {
        if (workspace_role(decision, given[i].workspace_id, user_id) == 0)
            give(decision, user_id, provider_id, &given[i]);
    }
}
