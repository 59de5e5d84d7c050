/*
 * System events of operators' changes to nodes. The node's row still shows what was before: that
 * projector stands after this one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "migrations/node/nodes.h"
#include "projections/json_of.h"
#include "projections/node/nodes.h"
#include "projections/platform/events_told.h"

struct team_metadata {
    struct uuid previous_team_id;
    struct uuid next_team_id;
    struct text next_team_name;
};
static const struct field team_metadata_fields[] = {
    {UUID(team_metadata, previous_team_id), .doc = "Who looked after it."},
    {UUID(team_metadata, next_team_id), .doc = "Who does from now on."},
    {TEXT(team_metadata, next_team_name), .doc = "Their name."},
};
static const struct shape team_metadata_shape = SHAPE(team_metadata, "Of a node's team.");

struct maintenance_metadata {
    struct text maintenance_reason;
};
static const struct field maintenance_metadata_fields[] = {
    {TEXT(maintenance_metadata, maintenance_reason), .doc = "Why."},
};
static const struct shape maintenance_metadata_shape =
    SHAPE(maintenance_metadata, "Of a maintenance that begins.");

struct maintenance_end_metadata {
    struct text previous_reason;
};
static const struct field maintenance_end_metadata_fields[] = {
    {TEXT(maintenance_end_metadata, previous_reason), .doc = "Why it was."},
};
static const struct shape maintenance_end_metadata_shape =
    SHAPE(maintenance_end_metadata, "Of a maintenance that ends.");

struct root_metadata {
    struct enum_value previous_profile;
    struct enum_value next_profile;
    struct enum_value sync_status;
};
static const struct field root_metadata_fields[] = {
    {ENUM(root_metadata, previous_profile, root_profile_names), .doc = "Wanted before."},
    {ENUM(root_metadata, next_profile, root_profile_names), .doc = "Wanted from now on."},
    {ENUM(root_metadata, sync_status, root_sync_names), .doc = "Is it in force?"},
};
static const struct shape root_metadata_shape = SHAPE(root_metadata, "Of wanted root access.");

struct delivery_metadata {
    struct opt_bool previous_email_enabled;
    struct list previous_email_levels;
    struct opt_bool previous_telegram_enabled;
    struct list previous_telegram_levels;
    struct opt_bool next_email_enabled;
    struct list next_email_levels;
    struct opt_bool next_telegram_enabled;
    struct list next_telegram_levels;
};
static const struct field delivery_metadata_fields[] = {
    {BOOL(delivery_metadata, previous_email_enabled), .doc = "Were events mailed?"},
    {ENUMS(delivery_metadata, previous_email_levels, severity_names), .doc = "Which."},
    {BOOL(delivery_metadata, previous_telegram_enabled), .doc = "Did they go to Telegram?"},
    {ENUMS(delivery_metadata, previous_telegram_levels, severity_names), .doc = "Which."},
    {BOOL(delivery_metadata, next_email_enabled), .doc = "Are events mailed?"},
    {ENUMS(delivery_metadata, next_email_levels, severity_names), .doc = "Which."},
    {BOOL(delivery_metadata, next_telegram_enabled), .doc = "Do they go to Telegram?"},
    {ENUMS(delivery_metadata, next_telegram_levels, severity_names), .doc = "Which."},
};
static const struct shape delivery_metadata_shape =
    SHAPE(delivery_metadata, "Of the delivery of a node's events.");

static const struct node_row *node_of(struct rows *rows, const struct record *record)
{
    return rows_get(rows, &nodes_table, record->entry.stream);
}

void events_node_team(struct rows *rows, const struct record *record)
{
    const struct node_team_changed *event = record->event;
    const struct node_row *node = node_of(rows, record);
    struct arena *arena = rows_arena(rows);
    struct team_metadata metadata = {
        .next_team_id = event->team_id, .next_team_name = event->team_name};
    struct told told = {.type = "node.team.updated", .severity = SEVERITY_INFO};

    if (node == NULL)
        return;
    metadata.previous_team_id = node->team_id;
    if (uuid_is_present(event->team_id))
        told.message = text_format(
            arena, "Node %.*s assigned to team %.*s", TEXT_ARGS(node->hostname),
            TEXT_ARGS(event->team_name));
    else
        told.message =
            text_format(arena, "Node %.*s team assignment cleared", TEXT_ARGS(node->hostname));
    told.metadata = json_of(arena, &team_metadata_shape, &metadata);
    events_tell(rows, record, node, &told);
}

void events_node_maintenance(struct rows *rows, const struct record *record)
{
    const struct node_maintenance_entered *event = record->event;
    const struct maintenance_metadata metadata = {event->reason};
    const struct node_row *node = node_of(rows, record);
    struct arena *arena = rows_arena(rows);
    struct told told = {.type = "node.maintenance.enabled", .severity = SEVERITY_WARNING};

    if (node == NULL)
        return;
    told.message = text_format(
        arena, "Node %.*s entered maintenance mode%s%.*s", TEXT_ARGS(node->hostname),
        text_is_present(event->reason) ? ": " : "", TEXT_ARGS(event->reason));
    told.metadata = json_of(arena, &maintenance_metadata_shape, &metadata);
    events_tell(rows, record, node, &told);
}

void events_node_maintenance_end(struct rows *rows, const struct record *record)
{
    const struct node_row *node = node_of(rows, record);
    struct arena *arena = rows_arena(rows);
    struct maintenance_end_metadata metadata;
    struct told told = {.type = "node.maintenance.disabled", .severity = SEVERITY_INFO};

    if (node == NULL)
        return;
    metadata.previous_reason = node->maintenance_reason;
    told.message = text_format(arena, "Node %.*s left maintenance mode", TEXT_ARGS(node->hostname));
    told.metadata = json_of(arena, &maintenance_end_metadata_shape, &metadata);
    events_tell(rows, record, node, &told);
}

void events_node_root_access(struct rows *rows, const struct record *record)
{
    const struct node_root_access_wanted *event = record->event;
    const struct node_row *node = node_of(rows, record);
    struct arena *arena = rows_arena(rows);
    struct root_metadata metadata = {.next_profile = event->profile, .sync_status = {ROOT_PENDING}};
    struct told told = {.type = "node.root-access.updated", .severity = SEVERITY_WARNING};

    if (node == NULL)
        return;
    metadata.previous_profile = node->root_access_profile;
    if (event->profile.is == ROOT_OFF)
        told.message = text_format(
            arena, "Node %.*s root access profile was disabled.", TEXT_ARGS(node->hostname));
    else
        told.message = text_format(
            arena, "Node %.*s root access profile set to %s.", TEXT_ARGS(node->hostname),
            enum_name(root_profile_names, event->profile));
    told.metadata = json_of(arena, &root_metadata_shape, &metadata);
    events_tell(rows, record, node, &told);
}

/* Delivered, if at all, by what is wanted from now on. */
void events_node_notifications(struct rows *rows, const struct record *record)
{
    const struct node_row *node = node_of(rows, record);
    struct arena *arena = rows_arena(rows);
    struct told told = {.type = "node.notifications.updated", .severity = SEVERITY_INFO};
    struct node_row next;
    struct delivery_metadata metadata;

    if (node == NULL)
        return;
    next = *node;
    node_row_take_notifications(&next, record->event);
    metadata = (struct delivery_metadata){
        node->notification_email_enabled,    node->notification_email_levels,
        node->notification_telegram_enabled, node->notification_telegram_levels,
        next.notification_email_enabled,     next.notification_email_levels,
        next.notification_telegram_enabled,  next.notification_telegram_levels,
    };
    told.message =
        text_format(arena, "Node %.*s notification delivery updated.", TEXT_ARGS(node->hostname));
    told.metadata = json_of(arena, &delivery_metadata_shape, &metadata);
    events_tell(rows, record, &next, &told);
}
