/*
 * The nodes: machines with an agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/node/nodes.h"

#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"

static const struct field node_place_fields[] = {
    {TIMESTAMP(node_place, updated_at), .tag = 7, .doc = "Time the location was reported."},
};
const struct shape node_place_shape =
    SHAPE_WITH(node_place, "Location of a node.", .base = &node_location_shape);

static const struct field node_row_fields[] = {
    {UUID(node_row, id), .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(node_row, workspace_id), .flags = REQUIRED, .doc = "Workspace that the node belongs to."},
    {TEXT(node_row, name), .flags = REQUIRED, .doc = "Name to show."},
    {TEXT(node_row, description), .doc = "What the node is for."},
    {TEXT(node_row, hostname), .flags = REQUIRED, .doc = "Host name of the machine."},
    {TEXT(node_row, os), .flags = REQUIRED, .doc = "Operating system of the machine."},
    {TEXT(node_row, arch), .flags = REQUIRED, .doc = "Processor architecture of the machine."},
    {ENUM(node_row, status, node_status_names), .flags = REQUIRED,
     .doc = "Whether the agent is connected."},
    {UUID(node_row, team_id), .doc = "Team that the node is assigned to."},
    {BOOL(node_row, maintenance_mode), .flags = REQUIRED,
     .doc = "Whether the node takes no new tasks."},
    {TEXT(node_row, maintenance_reason), .doc = "Reason of the maintenance."},
    {TIMESTAMP(node_row, maintenance_started_at), .doc = "Time the maintenance began."},
    {UUID(node_row, maintenance_by_user_id), .doc = "Person who began the maintenance."},
    {BOOL(node_row, notification_email_enabled), .flags = REQUIRED,
     .doc = "Whether events of the node are mailed."},
    {ENUMS(node_row, notification_email_levels, severity_names), .flags = REQUIRED,
     .doc = "Severities of the events that are mailed."},
    {BOOL(node_row, notification_telegram_enabled), .flags = REQUIRED,
     .doc = "Whether events of the node are sent to Telegram."},
    {ENUMS(node_row, notification_telegram_levels, severity_names), .flags = REQUIRED,
     .doc = "Severities of the events that are sent to Telegram."},
    {ENUM(node_row, root_access_profile, root_profile_names), .flags = REQUIRED,
     .doc = "Root access profile that is wanted."},
    {ENUM(node_row, root_access_applied_profile, root_profile_names), .flags = REQUIRED,
     .doc = "Root access profile that the agent applied."},
    {ENUM(node_row, root_access_sync_status, root_sync_names), .flags = REQUIRED,
     .doc = "Whether the applied profile is the wanted one."},
    {TIMESTAMP(node_row, root_access_updated_at), .doc = "Time the wanted profile was set."},
    {UUID(node_row, root_access_updated_by_user_id), .doc = "Person who set the wanted profile."},
    {TIMESTAMP(node_row, root_access_last_applied_at), .doc = "Time a profile was last applied."},
    {TEXT(node_row, root_access_last_error),
     .doc = "Error of the last attempt to apply a profile."},
    {TEXT(node_row, agent_version), .doc = "Version of the agent."},
    {TEXT(node_row, platform_version), .doc = "Version of the operating system."},
    {TEXT(node_row, kernel_version), .doc = "Version of the kernel."},
    {TIMESTAMP(node_row, last_version_reported_at),
     .doc = "Time the agent last reported versions."},
    {TIMESTAMP(node_row, last_seen_at), .doc = "Time of the last sign of life."},
    {OBJECT(node_row, location, node_place), .flags = OMIT_ABSENT,
     .doc = "Location that the agent reported."},
    {TIMESTAMP(node_row, created_at), .flags = REQUIRED, .doc = "Time the node was added."},
    {TIMESTAMP(node_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {JSON(node_row, labels), .flags = OMIT_ABSENT,
     .doc = "Labels: values by keys; those that the agent reports begin with agent/. Left out where"
            " there are none."},
    {INT64(node_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
    {TEXT(node_row, search), .flags = REQUIRED | HIDDEN,
     .doc = "Name and host name as searches compare them, one a line."},
    {TEXT(node_row, label_words), .flags = REQUIRED | HIDDEN,
     .doc = "Keys and labels as the words that selectors find, as text."},
};
const struct shape node_row_shape = SHAPE(node_row, "A node.");

static const struct table_computed computed[] = {
    {.name = "label_set", .type = "tsvector", .as = "label_words::tsvector"},
    {.name = NULL},
};

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at, id", .where = TABLE_UNFILTERED},
    {.columns = "created_at, id", .where = TABLE_OF_ALL("workspace_id") " and " TABLE_UNFILTERED},
    {.columns = "team_id, created_at, id"},
    {.columns = "workspace_id, status, created_at, id"},
    {.columns = "status, created_at, id", .where = TABLE_OF_ALL("workspace_id")},
    {.columns = "workspace_id, maintenance_mode, created_at, id"},
    {.columns = "maintenance_mode, created_at, id", .where = TABLE_OF_ALL("workspace_id")},
    {.columns = "last_seen_at"},
    {.columns = "workspace_id, search public.gin_trgm_ops", .method = "gin"},
    {.columns = "workspace_id, label_set", .method = "gin", .where = "label_words <> ''"},
    {.columns = NULL},
};

const struct table nodes_table = {
    .name = "nodes",
    .area = "node",
    .shape = &node_row_shape,
    .computed = computed,
    .indexes = indexes,
};
