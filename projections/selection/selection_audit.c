/*
 * What the audit trail says of selections: who created, changed and deleted them. What only follows from deleting the
 * workspace has no entry of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/selection_events.h"
#include "migrations/selection/selections.h"
#include "projections/audit.h"

#define SELECTION(event_tag, action_name, id_member)                                               \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = action_name,                   \
    .target_type = "selection", .target_id = OF_EVENT(event_tag, id_member)

static const struct detail created_details[] = {
    {.name = "selector", .from = OF_EVENT(selection_created, definition.selector)},
    {0},
};
static const struct detail before[] = {
    {.name = "name", .from = OF_ROW(selection_row, name)},
    {.name = "description", .from = OF_ROW(selection_row, description)},
    {.name = "selector", .from = OF_ROW(selection_row, selector)},
    {0},
};
static const struct detail after[] = {
    {.name = "name", .from = OF_EVENT(selection_changed, definition.name)},
    {.name = "description", .from = OF_EVENT(selection_changed, definition.description)},
    {.name = "selector", .from = OF_EVENT(selection_changed, definition.selector)},
    {0},
};

const struct audit_rule selection_audit_rules[] = {
    {SELECTION(selection_created, "selection.created", definition.selection_id),
     .label = {OF_EVENT(selection_created, definition.name)}, .metadata = created_details},
    {SELECTION(selection_changed, "selection.updated", definition.selection_id),
     .table = &selections_table, .label = {OF_EVENT(selection_changed, definition.name)},
     .before = before, .after = after},
    {SELECTION(selection_deleted, "selection.deleted", selection_id), .table = &selections_table,
     .unless = OF_EVENT(selection_deleted, is_consequence), .label = {OF_ROW(selection_row, name)}},
    {0},
};
