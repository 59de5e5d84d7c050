/*
 * The audit trail: who did what, to what, from where.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/platform/audit_logs.h"

const char *const audit_scope_names[] = {"platform", "workspace", NULL};
const char *const audit_actor_names[] = {"user", "system", "agent", NULL};

static const struct field audit_log_row_fields[] = {
    {UUID(audit_log_row, id), .flags = REQUIRED, .doc = "Id of the entry."},
    {ENUM(audit_log_row, scope, audit_scope_names), .flags = REQUIRED,
     .doc = "What the entry concerns."},
    {UUID(audit_log_row, workspace_id), .doc = "Workspace that it happened in."},
    {ENUM(audit_log_row, actor_type, audit_actor_names), .flags = REQUIRED,
     .doc = "Type of the actor."},
    {UUID(audit_log_row, actor_user_id), .doc = "Person who acted."},
    {TEXT(audit_log_row, actor_email_snapshot), .doc = "Address of that person at the time."},
    {TEXT(audit_log_row, action), .flags = REQUIRED, .doc = "Action that was taken."},
    {TEXT(audit_log_row, target_type), .flags = REQUIRED, .doc = "Type of what was acted on."},
    {TEXT(audit_log_row, target_id), .doc = "Id of what was acted on."},
    {TEXT(audit_log_row, target_label), .doc = "Name of what was acted on, at the time."},
    {TEXT(audit_log_row, ip_address), .doc = "Address that the request came from."},
    {TEXT(audit_log_row, user_agent), .doc = "Program that sent the request."},
    {JSON(audit_log_row, changes), .doc = "Values before and after."},
    {JSON(audit_log_row, metadata), .doc = "Details, by type of action."},
    {TIMESTAMP(audit_log_row, created_at), .flags = REQUIRED, .doc = "Time of the action."},
    {UUID(audit_log_row, named_user_id), .flags = HIDDEN,
     .doc = "Person whom target_label names; null: none."},
    {UUID(audit_log_row, origin_key), .flags = HIDDEN,
     .doc =
         "Made of the key that ip_address and user_agent are sealed under; null: there are none."},
};
const struct shape audit_log_row_shape = SHAPE(audit_log_row, "An entry of the audit trail.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at, id",
     .where = AUDIT_IN_WORKSPACE " and " TABLE_UNFILTERED},
    {.columns = "workspace_id, action, created_at, id", .where = AUDIT_IN_WORKSPACE},
    {.columns = "workspace_id, target_type, created_at, id", .where = AUDIT_IN_WORKSPACE},
    {.columns = "workspace_id, actor_user_id, created_at, id", .where = AUDIT_IN_WORKSPACE},
    {.columns = "created_at, id", .where = AUDIT_OF_PLATFORM " and " TABLE_UNFILTERED},
    {.columns = "action, created_at, id", .where = AUDIT_OF_PLATFORM},
    {.columns = "target_type, created_at, id", .where = AUDIT_OF_PLATFORM},
    {.columns = "actor_user_id, created_at, id", .where = AUDIT_OF_PLATFORM},
    {.columns = "origin_key", .where = "origin_key is not null"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "actor_user_id", .blanks = "actor_email_snapshot, ip_address, user_agent, origin_key"},
    {.of = "named_user_id", .calls = "target_label"},
    {.of = "origin_key", .blanks = "ip_address, user_agent, origin_key"},
    {.of = NULL},
};

const struct table audit_logs_table = {
    .name = "audit_logs",
    .area = "platform",
    .shape = &audit_log_row_shape,
    .indexes = indexes,
    .erasures = erasures,
    .is_append_only = true,
};
