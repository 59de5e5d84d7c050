/*
 * What commands about selections have in common, and what other areas ask of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/selection/selection.h"
#include "commands/workspace/workspace_lookup.h"

static enum status find(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid selection_id,
    struct selection_definition *out,
    struct error *error)
{
    if (!model_load(decision->model, &selection_aggregate, selection_id, decision->arena, out) ||
        !uuid_equal(out->workspace_id, workspace_id))
        return decision_refuse(
            error, &refused_selection_missing, decision_show(decision, selection_id));
    return STATUS_OK;
}

enum status selection_must_be_of(
    const struct decision *decision,
    struct uuid workspace_id,
    struct uuid selection_id,
    struct selection_definition *out,
    struct error *error)
{
    enum status status = workspace_must_be_writable(decision, workspace_id, error);

    if (status != STATUS_OK)
        return status;
    return find(decision, workspace_id, selection_id, out, error);
}

enum status selection_read(
    const struct decision *decision, struct text t, struct selector *out, struct error *error)
{
    struct text why = {NULL, 0};

    if (!selector_read(t, decision->arena, out, &why))
        return error_set_field(
            error, "selector_invalid", "selector", "%s", text_c(decision->arena, why));
    return STATUS_OK;
}

enum status selection_find(
    const struct decision *decision,
    struct uuid workspace_id,
    struct selection_ref ref,
    struct selection_found *out,
    struct error *error)
{
    struct selection_definition definition = {.selector = text_trim(ref.selector)};
    enum status status = STATUS_OK;

    if (text_is_present(ref.selector) == uuid_is_present(ref.selection_id))
        return decision_refuse(error, &refused_selection_unclear);
    if (uuid_is_present(ref.selection_id))
        status = find(decision, workspace_id, ref.selection_id, &definition, error);
    if (status != STATUS_OK)
        return status;
    out->text = definition.selector;
    out->selection_id = definition.selection_id;
    out->name = definition.name;
    return selection_read(decision, definition.selector, &out->selector, error);
}

uint64_t selection_count(const struct decision *decision, struct uuid workspace_id, uint64_t most)
{
    return model_count_links(decision->model, LINK_WORKSPACE_SELECTION, workspace_id, most);
}

void selection_emit_deleted(struct decision *decision, struct uuid workspace_id)
{
    struct selection_deleted deleted = {UUID_NONE, workspace_id, OPT_TRUE};

    while (model_next_link(
        decision->model, LINK_WORKSPACE_SELECTION, workspace_id, deleted.selection_id,
        &deleted.selection_id, NULL))
        decision_emit(
            decision, &selection_deleted_event, deleted.selection_id, workspace_id, &deleted);
}
