/*
 * What is told of nodes and of their installation.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/node/node_frames.h"

#include "api/node/node_resources.h"
#include "eventlog/events/node_events.h"
#include "migrations/node/nodes.h"

/* Rows are of the resource's view, which begins with the table's row. */

struct node_standing {
    struct uuid node_id;
    struct uuid workspace_id;
    struct text hostname;
    struct enum_value status;
    struct timestamp last_seen_at;
    struct text agent_version;
    struct timestamp last_version_reported_at;
    const struct node_place *location;
};
static const struct field node_standing_fields[] = {
    {UUID(node_standing, node_id), .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(node_standing, workspace_id), .flags = REQUIRED, .doc = "Workspace that it belongs to."},
    {TEXT(node_standing, hostname), .flags = REQUIRED, .doc = "Host name of the machine."},
    {ENUM(node_standing, status, node_status_names), .flags = REQUIRED,
     .doc = "Whether the agent is connected."},
    {TIMESTAMP(node_standing, last_seen_at), .doc = "Time of the last sign of life."},
    {TEXT(node_standing, agent_version), .doc = "Version of the agent."},
    {TIMESTAMP(node_standing, last_version_reported_at),
     .doc = "Time the agent last reported versions."},
    {OBJECT(node_standing, location, node_place), .flags = OMIT_ABSENT,
     .doc = "Location that the agent reported."},
};
static const struct shape node_standing_shape = SHAPE(node_standing, "How a node stands.");

static void fill_status(const void *row, struct arena *arena, void *payload)
{
    const struct node_row *node = row;

    (void)arena;
    *(struct node_standing *)payload = (struct node_standing){
        .node_id = node->id,
        .workspace_id = node->workspace_id,
        .hostname = node->hostname,
        .status = node->status,
        .last_seen_at = node->last_seen_at,
        .agent_version = node->agent_version,
        .last_version_reported_at = node->last_version_reported_at,
        .location = node->location,
    };
}

static const struct event_type *const status_events[] = {
    &node_registered_event,        &node_came_online_event,
    &node_went_offline_event,      &node_versions_reported_event,
    &node_agent_connected_event,   &node_agent_disconnected_event,
    &node_location_reported_event, NULL,
};

const struct frame node_status_frame = {
    .name = "node.status.updated",
    .doc = "A node gave a sign of life, fell silent, or reported versions.",
    .after = status_events,
    .resource = &node_resource,
    .shape = &node_standing_shape,
    .fill = fill_status,
    .node = "id",
};

struct node_root_access {
    struct uuid node_id;
    struct uuid workspace_id;
    struct enum_value root_access_profile;
    struct enum_value root_access_applied_profile;
    struct enum_value root_access_sync_status;
    struct timestamp root_access_updated_at;
    struct uuid root_access_updated_by_user_id;
    struct timestamp root_access_last_applied_at;
    struct text root_access_last_error;
};
static const struct field node_root_access_fields[] = {
    {UUID(node_root_access, node_id), .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(node_root_access, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that it belongs to."},
    {ENUM(node_root_access, root_access_profile, root_profile_names), .flags = REQUIRED,
     .doc = "Root access profile that is wanted."},
    {ENUM(node_root_access, root_access_applied_profile, root_profile_names), .flags = REQUIRED,
     .doc = "Root access profile that the agent applied."},
    {ENUM(node_root_access, root_access_sync_status, root_sync_names), .flags = REQUIRED,
     .doc = "Whether the applied profile is the wanted one."},
    {TIMESTAMP(node_root_access, root_access_updated_at),
     .doc = "Time the wanted profile was set."},
    {UUID(node_root_access, root_access_updated_by_user_id),
     .doc = "Person who set the wanted profile."},
    {TIMESTAMP(node_root_access, root_access_last_applied_at),
     .doc = "Time a profile was last applied."},
    {TEXT(node_root_access, root_access_last_error),
     .doc = "Error of the last attempt to apply a profile."},
};
static const struct shape node_root_access_shape =
    SHAPE(node_root_access, "The root access of a node.");

static void fill_root_access(const void *row, struct arena *arena, void *payload)
{
    const struct node_row *node = row;

    (void)arena;
    *(struct node_root_access *)payload = (struct node_root_access){
        .node_id = node->id,
        .workspace_id = node->workspace_id,
        .root_access_profile = node->root_access_profile,
        .root_access_applied_profile = node->root_access_applied_profile,
        .root_access_sync_status = node->root_access_sync_status,
        .root_access_updated_at = node->root_access_updated_at,
        .root_access_updated_by_user_id = node->root_access_updated_by_user_id,
        .root_access_last_applied_at = node->root_access_last_applied_at,
        .root_access_last_error = node->root_access_last_error,
    };
}

static const struct event_type *const root_access_events[] = {
    &node_root_access_wanted_event, &node_root_access_reported_event, NULL};

static const struct frame node_root_access_frame = {
    .name = "node.root-access.updated",
    .doc = "Another root access is wanted of a node, or was applied.",
    .after = root_access_events,
    .resource = &node_resource,
    .shape = &node_root_access_shape,
    .fill = fill_root_access,
    .node = "id",
};

struct node_labels {
    struct uuid node_id;
    struct uuid workspace_id;
    struct json labels;
};
static const struct field node_labels_fields[] = {
    {UUID(node_labels, node_id), .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(node_labels, workspace_id), .flags = REQUIRED, .doc = "Workspace that it belongs to."},
    {JSON(node_labels, labels), .flags = REQUIRED, .doc = "All its labels: values by keys."},
};
static const struct shape node_labels_shape = SHAPE(node_labels, "The labels of a node.");

static void fill_labels(const void *row, struct arena *arena, void *payload)
{
    const struct node_row *node = row;

    (void)arena;
    *(struct node_labels *)payload = (struct node_labels){
        .node_id = node->id,
        .workspace_id = node->workspace_id,
        .labels = text_is_present(node->labels.text) ? node->labels : (struct json){text_lit("{}")},
    };
}

static const struct event_type *const labels_events[] = {
    &node_labels_changed_event, &node_labels_reported_event, NULL};

static const struct frame node_labels_frame = {
    .name = "node.labels.updated",
    .doc = "A node has other labels.",
    .after = labels_events,
    .resource = &node_resource,
    .shape = &node_labels_shape,
    .fill = fill_labels,
    .node = "id",
};

static const struct event_type *const install_events[] = {
    &install_progressed_event,
    &install_consumed_event,
    &install_expired_event,
    NULL,
};

static const struct frame node_install_frame = {
    .name = "node-install.updated",
    .doc = "The installation of a node came on.",
    .after = install_events,
    .resource = &install_resource,
    .id = "install_id",
};

static const struct field metric_told_fields[] = {
    {TEXT(metric_told, agent_version), .tag = 10, .doc = "Version of the agent."},
};
const struct shape metric_told_shape =
    SHAPE_WITH(metric_told, "A sample of a node.", .base = &metric_sample_shape);

const struct frame metrics_frame = {
    .name = "metrics.ingested", .doc = "A node sent a sample.", .shape = &metric_told_shape};

const struct frame *const node_frames[] = {&node_status_frame, &node_root_access_frame,
                                           &node_labels_frame, &node_install_frame,
                                           &metrics_frame,     NULL};
