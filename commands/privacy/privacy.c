/*
 * Folding who was erased and what is held, and what follows for others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy.h"

#include "commands/platform/platform_lookup.h"
#include "eventlog/events/privacy_events.h"

static const struct field hold_fields[] = {
    {UUID(hold, id), .tag = 1, .flags = REQUIRED, .doc = "Id of the hold."},
    {ENUM(hold, kind, hold_kind_names), .tag = 2, .flags = REQUIRED, .doc = "What it is over."},
    {UUID(hold, target_id), .tag = 3, .doc = "Id of the person, workspace or node."},
    {INT64(hold, first_position), .tag = 4, .doc = "First position of a range."},
    {INT64(hold, last_position), .tag = 5, .doc = "Last position of a range, inclusive."},
    {UUID(hold, workspace_id), .tag = 6, .doc = "Workspace of the node."},
    {TIMESTAMP(hold, withheld_until), .tag = 7,
     .doc = "Time before which origins were recorded that are known to be withheld."},
};
static const struct shape hold_shape = SHAPE(hold, "A legal hold that is in place.");
const struct aggregate hold_aggregate = {STATE_HOLD, "hold", &hold_shape};

static void on_placed(struct fold *fold, const struct hold_placed *placed)
{
    const struct hold hold = {
        .id = placed->hold_id,
        .kind = placed->kind,
        .target_id = placed->target_id,
        .first_position = placed->first_position,
        .last_position = placed->last_position,
        .workspace_id = placed->workspace_id,
    };

    model_store(fold->model, &hold_aggregate, hold.id, &hold);
    model_link(fold->model, LINK_HOLD, UUID_NONE, hold.id, 0);
    model_link(fold->model, LINK_HELD, hold.target_id, hold.id, 0);
}

static void on_released(struct fold *fold, const struct hold_released *released)
{
    struct hold hold;

    if (!model_load(fold->model, &hold_aggregate, released->hold_id, fold->arena, &hold))
        return;
    model_unlink(fold->model, LINK_HELD, hold.target_id, hold.id);
    model_unlink(fold->model, LINK_HOLD, UUID_NONE, hold.id);
    model_remove(fold->model, &hold_aggregate, hold.id);
}

static void on_withheld(struct fold *fold, const struct origins_withheld *withheld)
{
    struct hold hold;

    if (!model_load(fold->model, &hold_aggregate, withheld->hold_id, fold->arena, &hold))
        return;
    hold.withheld_until = withheld->until;
    model_store(fold->model, &hold_aggregate, hold.id, &hold);
}

/* Nothing more is sealed for them, and nothing can be lost any more. */
static void on_erased(struct fold *fold, const struct record *record)
{
    struct uuid person = record->entry.stream;
    struct uuid workspace;

    model_link(fold->model, LINK_ERASED, UUID_NONE, person, record->position.value);
    while (model_next_link(fold->model, LINK_ACTED, person, UUID_NONE, &workspace, NULL))
        model_unlink(fold->model, LINK_ACTED, person, workspace);
}

void privacy_note_actor(struct fold *fold, const struct record *record)
{
    struct uuid person = record->entry.actor_id;
    struct uuid workspace = record->entry.workspace;

    if (record->entry.actor_kind == ACTOR_USER && uuid_is_present(workspace) &&
        !model_linked(fold->model, LINK_ACTED, person, workspace, NULL))
        model_link(fold->model, LINK_ACTED, person, workspace, record->position.value);
}

void privacy_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum privacy_event)record->type->id) {
    case EVT_PERSON_ERASED:
        on_erased(fold, record);
        break;
    case EVT_HOLD_PLACED:
        on_placed(fold, record->event);
        break;
    case EVT_HOLD_RELEASED:
        on_released(fold, record->event);
        break;
    case EVT_ORIGINS_DROPPED:
        platform_note_destroyed(fold, record);
        break;
    case EVT_ORIGINS_WITHHELD:
        on_withheld(fold, record->event);
        break;
    case EVT_ERASURE_REFUSED:
        break;
    }
}

bool privacy_is_erased(const struct model *model, struct uuid subject, uint64_t *out_position)
{
    return model_linked(model, LINK_ERASED, UUID_NONE, subject, out_position);
}

struct uuid privacy_hold_over(const struct model *model, struct uuid id)
{
    struct uuid hold;

    if (!uuid_is_present(id) || !model_next_link(model, LINK_HELD, id, UUID_NONE, &hold, NULL))
        return UUID_NONE;
    return hold;
}

static bool has_one_of(const struct hold *hold, const struct list *positions)
{
    const int64_t *all = positions->items;

    for (size_t i = 0; i < positions->count; i++) {
        if (all[i] >= hold->first_position && all[i] <= hold->last_position)
            return true;
    }
    return false;
}

struct uuid privacy_hold_over_positions(
    const struct model *model, struct arena *arena, const struct list *positions)
{
    struct uuid id = UUID_NONE;
    struct hold hold;

    while (model_next_link(model, LINK_HELD, UUID_NONE, id, &id, NULL)) {
        if (model_load(model, &hold_aggregate, id, arena, &hold) && has_one_of(&hold, positions))
            return id;
    }
    return UUID_NONE;
}

bool privacy_is_in_place(const struct model *model, struct uuid hold_id)
{
    return uuid_is_present(hold_id) && model_linked(model, LINK_HOLD, UUID_NONE, hold_id, NULL);
}
