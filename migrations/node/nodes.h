/*
 * The nodes: machines with an agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_NODE_NODES_H
#define MIGRATIONS_NODE_NODES_H

#include "core/db/table.h"
#include "eventlog/events/joining_events.h"

/* Where the machine says that it is, and since when that is known. */
struct node_place {
    struct node_location location;
    struct timestamp updated_at;
};
extern const struct shape node_place_shape;

struct node_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct text hostname;
    struct text os;
    struct text arch;
    struct enum_value status;
    struct uuid team_id;
    struct opt_bool maintenance_mode;
    struct text maintenance_reason;
    struct timestamp maintenance_started_at;
    struct uuid maintenance_by_user_id;
    struct opt_bool notification_email_enabled;
    struct list notification_email_levels;
    struct opt_bool notification_telegram_enabled;
    struct list notification_telegram_levels;
    struct enum_value root_access_profile;
    struct enum_value root_access_applied_profile;
    struct enum_value root_access_sync_status;
    struct timestamp root_access_updated_at;
    struct uuid root_access_updated_by_user_id;
    struct timestamp root_access_last_applied_at;
    struct text root_access_last_error;
    struct text agent_version;
    struct text platform_version;
    struct text kernel_version;
    struct timestamp last_version_reported_at;
    struct timestamp last_seen_at;
    const struct node_place *location;
    struct timestamp created_at;
    struct timestamp updated_at;
    struct json labels; /* of operators and of the agent; absent: none */
    int64_t revision;
    struct text search;
    struct text label_words; /* of label_set_words() */
};
extern const struct shape node_row_shape;
extern const struct table nodes_table;

#endif
