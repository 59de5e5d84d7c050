/*
 * Change a selection: whatever is not given stays. Schedules that go by it go by it as it is when they run.
 *
 *   api ──change_selection──► [here] ──selection_changed──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/selection/selection.h"

enum { NAME_FIELD = 2, DESCRIPTION_FIELD, SELECTOR_FIELD }; /* their places in the table */

static const struct field change_selection_fields[] = {
    {UUID(change_selection, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the workspace."},
    {UUID(change_selection, selection_id), .tag = 2, .flags = REQUIRED | FROM_PATH,
     .doc = "Id of the selection."},
    {TEXT(change_selection, name), .tag = 3, .flags = ONE_LINE | TRIM | MAY_BE_NULL, .min = 2,
     .max = SELECTION_LONGEST_NAME, .doc = "Name of the selection; not null."},
    {TEXT(change_selection, description), .tag = 4, .flags = MANY_LINES | TRIM | MAY_BE_NULL,
     .max = SELECTION_LONGEST_DESCRIPTION,
     .doc = "What the selection is for; null or blank clears it."},
    {TEXT(change_selection, selector), .tag = 5, .flags = ONE_LINE | TRIM | MAY_BE_NULL,
     .max = SELECTOR_LONGEST, .doc = "Condition on the labels of nodes; not null."},
    {INT64(change_selection, given), .tag = 6, .doc = "Fields that were given, as bits."},
};
static const struct shape change_selection_shape =
    SHAPE_WITH(change_selection, "Changes of a selection.", .given_tag = 6);

static bool is_given(const struct change_selection *order, int field)
{
    return (order->given >> field & 1) != 0;
}

static enum status nothing_must_be_null(const struct change_selection *order, struct error *error)
{
    if (is_given(order, NAME_FIELD) && !text_is_present(order->name))
        return error_set_field(error, "validation_failed", "name", "must not be null");
    if (is_given(order, SELECTOR_FIELD) && !text_is_present(order->selector))
        return error_set_field(error, "validation_failed", "selector", "must not be null");
    return STATUS_OK;
}

static void merge(struct selection_definition *definition, const struct change_selection *order)
{
    if (is_given(order, NAME_FIELD))
        definition->name = order->name;
    if (is_given(order, DESCRIPTION_FIELD))
        definition->description =
            order->description.size > 0 ? order->description : (struct text){0};
    if (is_given(order, SELECTOR_FIELD))
        definition->selector = order->selector;
}

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct change_selection *order = input;
    struct selection_definition old;
    struct selection_changed changed;
    struct selector selector;
    enum status status =
        selection_must_be_of(decision, order->workspace_id, order->selection_id, &old, error);

    if (status == STATUS_OK)
        status = nothing_must_be_null(order, error);
    if (status != STATUS_OK)
        return status;
    changed.definition = old;
    merge(&changed.definition, order);
    status = selection_read(decision, changed.definition.selector, &selector, error);
    if (status != STATUS_OK || shape_equal(&selection_definition_shape, &changed.definition, &old))
        return status;
    decision_emit(
        decision, &selection_changed_event, order->selection_id, order->workspace_id, &changed);
    return STATUS_OK;
}

const struct command change_selection_command = {
    .name = "change_selection",
    .doc = "Changes a selection.",
    .input = &change_selection_shape,
    .decide = decide,
};
