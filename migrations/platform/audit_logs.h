/*
 * The audit trail: who did what, to what, from where.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_PLATFORM_AUDIT_LOGS_H
#define MIGRATIONS_PLATFORM_AUDIT_LOGS_H

#include "core/db/table.h"

enum audit_scope { AUDIT_SCOPE_PLATFORM = 1, AUDIT_SCOPE_WORKSPACE };
extern const char *const audit_scope_names[];

enum audit_actor { AUDIT_ACTOR_USER = 1, AUDIT_ACTOR_SYSTEM, AUDIT_ACTOR_AGENT };
extern const char *const audit_actor_names[];

/* There are two trails, that of the platform and that of each workspace: a row stands in the indexes
 * of its own only. */
#define AUDIT_IN_WORKSPACE "workspace_id is not null"
#define AUDIT_OF_PLATFORM  "scope = 'platform'"

struct audit_log_row {
    struct uuid id;
    struct enum_value scope;
    struct uuid workspace_id;
    struct enum_value actor_type;
    struct uuid actor_user_id;
    struct text actor_email_snapshot;
    struct text action;
    struct text target_type;
    struct text target_id;
    struct text target_label;
    struct text ip_address;
    struct text user_agent;
    struct json changes;
    struct json metadata;
    struct timestamp created_at;
    struct uuid named_user_id; /* person whom target_label names */
    struct uuid origin_key;    /* that ip_address and user_agent are sealed under */
};
extern const struct shape audit_log_row_shape;
extern const struct table audit_logs_table;

#endif
