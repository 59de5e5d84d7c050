/*
 * The selections: selectors of nodes that are saved under a name.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/selection/selections.h"

static const struct field selection_row_fields[] = {
    {UUID(selection_row, id), .flags = REQUIRED, .doc = "Id of the selection."},
    {UUID(selection_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the selection belongs to."},
    {TEXT(selection_row, name), .flags = REQUIRED, .doc = "Name of the selection."},
    {TEXT(selection_row, description), .doc = "What the selection is for."},
    {TEXT(selection_row, selector), .flags = REQUIRED, .doc = "Condition on the labels of nodes."},
    {UUID(selection_row, created_by_user_id), .doc = "Person who created it."},
    {UUID(selection_row, updated_by_user_id), .doc = "Person who changed it last."},
    {TIMESTAMP(selection_row, created_at), .flags = REQUIRED,
     .doc = "Time the selection was created."},
    {TIMESTAMP(selection_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(selection_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape selection_row_shape =
    SHAPE(selection_row, "A selector of nodes that is saved under a name.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at desc, id desc"},
    {.columns = NULL},
};

const struct table selections_table = {
    .name = "selections",
    .area = "selection",
    .shape = &selection_row_shape,
    .indexes = indexes,
};
