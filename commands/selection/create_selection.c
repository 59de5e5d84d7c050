/*
 * Save a selector of nodes under a name.
 *
 *   api ──create_selection──► [here] ──selection_created──► ledger
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/selection/selection.h"
#include "commands/workspace/workspace_lookup.h"

static const struct field create_selection_fields[] = {
    {UUID(create_selection, workspace_id), .tag = 1, .flags = REQUIRED | FROM_PATH,
     .doc = "Workspace that the selection will belong to."},
    {TEXT(create_selection, name), .tag = 2, .flags = ONE_LINE | REQUIRED | TRIM, .min = 2,
     .max = SELECTION_LONGEST_NAME, .doc = "Name of the selection."},
    {TEXT(create_selection, description), .tag = 3, .flags = MANY_LINES | TRIM,
     .max = SELECTION_LONGEST_DESCRIPTION, .doc = "What the selection is for."},
    {TEXT(create_selection, selector), .tag = 4, .flags = ONE_LINE | REQUIRED | TRIM,
     .max = SELECTOR_LONGEST, .doc = "Condition on the labels of nodes: env=prod,!legacy."},
};
static const struct shape create_selection_shape = SHAPE(create_selection, "Selection to create.");

static enum status decide(struct decision *decision, const void *input, struct error *error)
{
    const struct create_selection *order = input;
    struct selection_created created = {{
        .workspace_id = order->workspace_id,
        .name = order->name,
        .description = order->description.size > 0 ? order->description : (struct text){0},
        .selector = order->selector,
    }};
    struct selector selector;
    enum status status = workspace_must_be_writable(decision, order->workspace_id, error);

    if (status != STATUS_OK)
        return status;
    if (selection_count(decision, order->workspace_id, MOST_SELECTIONS) >= MOST_SELECTIONS)
        return decision_refuse(error, &refused_selections_full);
    status = selection_read(decision, order->selector, &selector, error);
    if (status != STATUS_OK)
        return status;
    created.definition.selection_id = decision_id(decision);
    decision_emit(
        decision, &selection_created_event, created.definition.selection_id, order->workspace_id,
        &created);
    return STATUS_OK;
}

const struct command create_selection_command = {
    .name = "create_selection",
    .doc = "Saves a selector of nodes under a name.",
    .input = &create_selection_shape,
    .decide = decide,
};
