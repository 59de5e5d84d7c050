/*
 * Does a legal hold keep a person from being erased? One over the person does; and one over anything that
 * their keys sealed something in, as far as the write model can tell: it remembers in which workspaces somebody
 * did anything, and since when they were there, and nothing finer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_lookup.h"
#include "commands/privacy/privacy.h"
#include "eventlog/events/privacy_events.h"

static bool acted_in(const struct decision *decision, struct uuid person, struct uuid workspace)
{
    return model_linked(decision->model, LINK_ACTED, person, workspace, NULL);
}

static bool acted_anywhere(const struct decision *decision, struct uuid person)
{
    struct uuid workspace;

    return model_next_link(decision->model, LINK_ACTED, person, UUID_NONE, &workspace, NULL);
}

static bool is_over(const struct decision *decision, const struct hold *hold, struct uuid person)
{
    int64_t since;

    switch ((enum hold_kind)hold->kind.is) {
    case HOLD_PERSON:
        return uuid_equal(hold->target_id, person);
    case HOLD_WORKSPACE:
        return acted_in(decision, person, hold->target_id);
    case HOLD_NODE:
        return uuid_is_present(hold->workspace_id) ? acted_in(decision, person, hold->workspace_id)
                                                   : acted_anywhere(decision, person);
    case HOLD_POSITIONS:
        since = user_since(decision, person);
        return since == INT64_ABSENT || since <= hold->last_position;
    }
    return true;
}

struct uuid privacy_hold_over_things(const struct decision *decision)
{
    struct uuid id = UUID_NONE;
    struct hold hold;

    while (model_next_link(decision->model, LINK_HOLD, UUID_NONE, id, &id, NULL)) {
        if (model_load(decision->model, &hold_aggregate, id, decision->arena, &hold) &&
            hold.kind.is != HOLD_PERSON)
            return id;
    }
    return UUID_NONE;
}

struct uuid privacy_hold_over_person(const struct decision *decision, struct uuid person)
{
    struct uuid id = UUID_NONE;
    struct hold hold;

    while (model_next_link(decision->model, LINK_HOLD, UUID_NONE, id, &id, NULL)) {
        if (model_load(decision->model, &hold_aggregate, id, decision->arena, &hold) &&
            is_over(decision, &hold, person))
            return id;
    }
    return UUID_NONE;
}
