/*
 * What the audit trail says of secrets: who created, changed, rotated and deleted them, and which tasks were given
 * them. What only follows from deleting the workspace has no entry of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/secret_events.h"
#include "migrations/secret/secrets.h"
#include "projections/audit.h"

#define SECRET_OF(event_tag, action_name)                                                          \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = action_name,                   \
    .target_type = "secret", .target_id = OF_EVENT(event_tag, secret_id)

static const struct detail created_details[] = {
    {.name = "version", .from = OF_EVENT(secret_created, version)},
    {.name = "expiresAt", .from = OF_EVENT(secret_created, expires_at)},
    {0},
};
static const struct detail rotated_details[] = {
    {.name = "version", .from = OF_EVENT(secret_rotated, version)},
    {0},
};
static const struct detail delivered_details[] = {
    {.name = "version", .from = OF_EVENT(secret_delivered, version)},
    {.name = "taskId", .from = OF_EVENT(secret_delivered, task_id)},
    {.name = "nodeId", .from = OF_EVENT(secret_delivered, node_id)},
    {.name = "variable", .from = OF_EVENT(secret_delivered, variable)},
    {0},
};
static const struct detail before[] = {
    {.name = "description", .from = OF_ROW(secret_row, description)},
    {.name = "expiresAt", .from = OF_ROW(secret_row, expires_at)},
    {0},
};
static const struct detail after[] = {
    {.name = "description", .from = OF_EVENT(secret_changed, description)},
    {.name = "expiresAt", .from = OF_EVENT(secret_changed, expires_at)},
    {0},
};

const struct audit_rule secret_audit_rules[] = {
    {SECRET_OF(secret_created, "secret.created"), .label = {OF_EVENT(secret_created, name)},
     .metadata = created_details},
    {SECRET_OF(secret_changed, "secret.updated"), .table = &secrets_table,
     .label = {OF_ROW(secret_row, name)}, .before = before, .after = after},
    {SECRET_OF(secret_rotated, "secret.rotated"), .table = &secrets_table,
     .label = {OF_ROW(secret_row, name)}, .metadata = rotated_details},
    {SECRET_OF(secret_deleted, "secret.deleted"), .table = &secrets_table,
     .unless = OF_EVENT(secret_deleted, is_consequence), .label = {OF_ROW(secret_row, name)}},
    {SECRET_OF(secret_delivered, "secret.delivered"), .table = &secrets_table,
     .label = {OF_ROW(secret_row, name)}, .metadata = delivered_details},
    {.event = &secret_version_destroyed_event,
     .no_entry =
         "It follows from another value, or from the end of a task; the destroyed key has an entry."},
    {0},
};
