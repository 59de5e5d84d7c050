/*
 * System events and the audit trail.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/platform/platform_resources.h"

#include "migrations/platform/audit_actors.h"
#include "migrations/platform/audit_logs.h"
#include "migrations/platform/events.h"

static const struct filter event_filters[] = {
    {.name = "node_id", .comparison = FILTER_EQUAL, .doc = "Only events of this node."},
    {.name = "type",
     .comparison = FILTER_EQUAL,
     .is_trimmed = true,
     .max = 120,
     .doc = "Only events of this type."},
    {.name = "severity", .comparison = FILTER_EQUAL, .doc = "Only events of this severity."},
    {.name = NULL},
};

const struct resource event_resource = {
    .name = "events",
    .table = &events_table,
    .scope = SCOPE_WORKSPACE,
    .filters = event_filters,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 50, .most = 100},
    .has_no_offset = true,
};

static const struct filter audit_filters[] = {
    {.name = "actor",
     .comparison = FILTER_CONTAINS,
     .column = "actor_email_snapshot",
     .id_column = "actor_user_id",
     .values = &audit_actors_table,
     .max = 255,
     .doc = "Only entries of this person, by id or by part of the address."},
    {.name = "action",
     .comparison = FILTER_CONTAINS,
     .has_few_values = true,
     .max = 120,
     .doc = "Only entries whose action contains this, in any case."},
    {.name = "target_type",
     .comparison = FILTER_EQUAL,
     .max = 80,
     .doc = "Only entries about targets of this type."},
    {.name = "from",
     .comparison = FILTER_AT_LEAST,
     .column = "created_at",
     .doc = "Only entries of this time and later; a date means from its start, in UTC."},
    {.name = "to",
     .comparison = FILTER_AT_MOST,
     .column = "created_at",
     .doc = "Only entries of this time and earlier; a date means to its end, in UTC."},
    {.name = NULL},
};

const struct resource platform_audit_resource = {
    .name = "platform_audit",
    .table = &audit_logs_table,
    .scope = SCOPE_PLATFORM,
    .where = "audit_logs.scope = 'platform'",
    .filters = audit_filters,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 50, .most = 100, .is_refused = true},
};

const struct resource workspace_audit_resource = {
    .name = "workspace_audit",
    .table = &audit_logs_table,
    .scope = SCOPE_WORKSPACE,
    .filters = audit_filters,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 50, .most = 100, .is_refused = true},
};
