/*
 * Folding what happens to selections.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/selection/selection.h"

const struct aggregate selection_aggregate = {
    STATE_SELECTION, "selection", &selection_definition_shape};

static void store(struct fold *fold, const struct selection_definition *definition)
{
    model_link(
        fold->model, LINK_WORKSPACE_SELECTION, definition->workspace_id, definition->selection_id,
        0);
    model_store(fold->model, &selection_aggregate, definition->selection_id, definition);
}

static void on_deleted(struct fold *fold, const struct selection_deleted *deleted)
{
    model_unlink(
        fold->model, LINK_WORKSPACE_SELECTION, deleted->workspace_id, deleted->selection_id);
    model_remove(fold->model, &selection_aggregate, deleted->selection_id);
}

void selection_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum selection_event)record->type->id) {
    case EVT_SELECTION_CREATED:
        store(fold, &((const struct selection_created *)record->event)->definition);
        break;
    case EVT_SELECTION_CHANGED:
        store(fold, &((const struct selection_changed *)record->event)->definition);
        break;
    case EVT_SELECTION_DELETED:
        on_deleted(fold, record->event);
        break;
    }
}
