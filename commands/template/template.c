/*
 * Folding what happens to templates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template.h"

const struct aggregate template_aggregate = {
    STATE_TEMPLATE, "template", &template_definition_shape};

static void store(struct fold *fold, const struct template_definition *definition)
{
    model_link(
        fold->model, LINK_WORKSPACE_TEMPLATE, definition->workspace_id, definition->template_id, 0);
    model_store(fold->model, &template_aggregate, definition->template_id, definition);
}

static void on_deleted(struct fold *fold, const struct template_deleted *deleted)
{
    model_unlink(fold->model, LINK_WORKSPACE_TEMPLATE, deleted->workspace_id, deleted->template_id);
    model_remove(fold->model, &template_aggregate, deleted->template_id);
}

void template_evolve(struct fold *fold, const struct record *record)
{
    switch ((enum template_event)record->type->id) {
    case EVT_TEMPLATE_CREATED:
        store(fold, &((const struct template_created *)record->event)->definition);
        break;
    case EVT_TEMPLATE_CHANGED:
        store(fold, &((const struct template_changed *)record->event)->definition);
        break;
    case EVT_TEMPLATE_DELETED:
        on_deleted(fold, record->event);
        break;
    }
}

static bool next_of(
    const struct decision *decision, struct uuid workspace_id, struct uuid after, struct uuid *out)
{
    return model_next_link(
        decision->model, LINK_WORKSPACE_TEMPLATE, workspace_id, after, out, NULL);
}

uint64_t template_count(const struct decision *decision, struct uuid workspace_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_WORKSPACE_TEMPLATE, workspace_id, most);
}

void template_emit_deleted(struct decision *decision, struct uuid workspace_id)
{
    struct template_deleted deleted = {UUID_NONE, workspace_id, OPT_TRUE};

    while (next_of(decision, workspace_id, deleted.template_id, &deleted.template_id))
        decision_emit(
            decision, &template_deleted_event, deleted.template_id, workspace_id, &deleted);
}
