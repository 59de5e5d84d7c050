/*
 * Delete a selection that no schedule goes by. Tasks that were made by it still name it.
 *
 *   api ──delete_selection──► [here] ──selection_deleted──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule_lookup.h"
#include "commands/selection/selection.h"

static const struct field delete_selection_fields[] = {
    {UUID(delete_selection, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(delete_selection, selection_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the selection."},
};
static const struct shape delete_selection_shape = SHAPE(delete_selection, "Selection to delete.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct delete_selection *order = input;
    const struct selection_deleted deleted = {order->selection_id, order->workspace_id, OPT_FALSE};
    struct selection_definition definition;
    struct text schedule;
    enum status status = selection_must_be_of(
        decision, order->workspace_id, order->selection_id, &definition, error);

    if (status != STATUS_OK)
        return status;
    if (schedule_aims_at_selection(decision, order->selection_id, &schedule))
        return decision_refuse(error, &refused_selection_in_use, text_c(decision->arena, schedule));
    decision_emit(
        decision, &selection_deleted_event, order->selection_id, order->workspace_id, &deleted);
    return STATUS_OK;
}

const struct command delete_selection_command = {
    .name = "delete_selection",
    .doc = "Deletes a selection.",
    .input = &delete_selection_shape,
    .decide = decide,
};
