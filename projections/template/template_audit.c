/*
 * What the audit trail says of templates: who created, changed and deleted them. What only follows from deleting the
 * workspace has no entry of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/template_events.h"
#include "migrations/template/templates.h"
#include "projections/audit.h"

#define TEMPLATE(event_tag, action_name, id_member)                                                \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = action_name,                   \
    .target_type = "task-template", .target_id = OF_EVENT(event_tag, id_member)

static const struct detail created_details[] = {
    {.name = "task_type", .from = OF_EVENT(template_created, definition.task_type)},
    {0},
};
static const struct detail before[] = {
    {.name = "name", .from = OF_ROW(template_row, name)},
    {.name = "description", .from = OF_ROW(template_row, description)},
    {.name = "task_type", .from = OF_ROW(template_row, task_type)},
    {.name = "payload_template", .from = OF_ROW(template_row, payload_template)},
    {.name = "parameters", .from = OF_ROW(template_row, parameters)},
    {.name = "runnable_by_members", .from = OF_ROW(template_row, runnable_by_members)},
    {.name = "archived_at", .from = OF_ROW(template_row, archived_at)},
    {0},
};
static const struct detail after[] = {
    {.name = "name", .from = OF_EVENT(template_changed, definition.name)},
    {.name = "description", .from = OF_EVENT(template_changed, definition.description)},
    {.name = "task_type", .from = OF_EVENT(template_changed, definition.task_type)},
    {.name = "payload_template", .from = OF_EVENT(template_changed, definition.payload)},
    {.name = "parameters", .from = OF_EVENT(template_changed, definition.parameters)},
    {.name = "runnable_by_members",
     .from = OF_EVENT(template_changed, definition.is_runnable_by_members)},
    {.name = "archived_at", .from = OF_EVENT(template_changed, definition.archived_at)},
    {0},
};

const struct audit_rule template_audit_rules[] = {
    {TEMPLATE(template_created, "task-template.created", definition.template_id),
     .label = {OF_EVENT(template_created, definition.name)}, .metadata = created_details},
    {TEMPLATE(template_changed, "task-template.updated", definition.template_id),
     .table = &templates_table, .label = {OF_EVENT(template_changed, definition.name)},
     .before = before, .after = after},
    {TEMPLATE(template_deleted, "task-template.deleted", template_id), .table = &templates_table,
     .unless = OF_EVENT(template_deleted, is_consequence), .label = {OF_ROW(template_row, name)}},
    {0},
};
