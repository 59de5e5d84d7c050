/*
 * Tables of the events of selections.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/selection_events.h"

static const struct field selection_definition_fields[] = {
    {UUID(selection_definition, selection_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the selection."},
    {UUID(selection_definition, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the selection belongs to."},
    {TEXT(selection_definition, name), .tag = 3, .flags = REQUIRED, .max = SELECTION_LONGEST_NAME,
     .doc = "Name of the selection."},
    {TEXT(selection_definition, description), .tag = 4, .max = SELECTION_LONGEST_DESCRIPTION,
     .doc = "What the selection is for."},
    {TEXT(selection_definition, selector), .tag = 5, .flags = REQUIRED,
     .doc = "Condition on the labels of nodes."},
};
const struct shape selection_definition_shape = SHAPE(selection_definition, "All of a selection.");

/* Of events that are a definition and nothing else. */
#define DEFINITION(tag_of, sentence)                                                               \
    {                                                                                              \
        .name = #tag_of, .doc = sentence, .fields = selection_definition_fields,                   \
        .count = sizeof(selection_definition_fields) / sizeof(selection_definition_fields[0]),     \
        .size = sizeof(struct tag_of)                                                              \
    }

EVENT_WITH(
    selection_created,
    EVT_SELECTION_CREATED,
    "selection.created",
    "A selector of nodes was saved.",
    DEFINITION(selection_created, "A selector of nodes was saved."),
    .schema = 1);

EVENT_WITH(
    selection_changed,
    EVT_SELECTION_CHANGED,
    "selection.changed",
    "A selection is another one from now on: this.",
    DEFINITION(selection_changed, "A selection is another one from now on: this."),
    .schema = 1);

static const struct field selection_deleted_fields[] = {
    {UUID(selection_deleted, selection_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the selection."},
    {UUID(selection_deleted, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the selection belonged to."},
    {BOOL(selection_deleted, is_consequence), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it follows from deleting the workspace."},
};
EVENT(selection_deleted, EVT_SELECTION_DELETED, "selection.deleted", "A selection was deleted.");

const struct event_type *const selection_event_types[] = {
    &selection_created_event,
    &selection_changed_event,
    &selection_deleted_event,
    NULL,
};
