/*
 * The audit trail of operators' changes to nodes. The node's row still shows what was before: that
 * projector stands after this one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/node/nodes.h"
#include "migrations/platform/audit_logs.h"
#include "projections/json_of.h"
#include "projections/node/nodes.h"
#include "projections/platform/audit_metadata.h"
#include "projections/platform/audit_trail.h"

struct team_before {
    struct uuid team_id;
};
static const struct field team_before_fields[] = {
    {UUID(team_before, team_id), .doc = "The team."},
};
static const struct shape team_before_shape = SHAPE(team_before, "Who looked after a node.");

struct team_after {
    struct uuid team_id;
    struct text team_name;
};
static const struct field team_after_fields[] = {
    {UUID(team_after, team_id), .doc = "The team."},
    {TEXT(team_after, team_name), .doc = "Its name at that time."},
};
static const struct shape team_after_shape = SHAPE(team_after, "Who looks after a node.");

struct team_change {
    const struct team_before *before;
    const struct team_after *after;
};
static const struct field team_change_fields[] = {
    {OBJECT(team_change, before, team_before), .doc = "Before."},
    {OBJECT(team_change, after, team_after), .doc = "After."},
};
static const struct shape team_change_shape = SHAPE(team_change, "Another team.");

struct root_side {
    struct enum_value root_access_profile;
    struct enum_value root_access_sync_status;
    struct text root_access_last_error;
};
static const struct field root_side_fields[] = {
    {ENUM(root_side, root_access_profile, root_profile_names), .doc = "Wanted root access."},
    {ENUM(root_side, root_access_sync_status, root_sync_names), .doc = "Is it in force?"},
    {TEXT(root_side, root_access_last_error), .doc = "Why not."},
};
static const struct shape root_side_shape = SHAPE(root_side, "Root access of a node.");

struct root_change {
    const struct root_side *before;
    const struct root_side *after;
};
static const struct field root_change_fields[] = {
    {OBJECT(root_change, before, root_side), .doc = "Before."},
    {OBJECT(root_change, after, root_side), .doc = "After."},
};
static const struct shape root_change_shape = SHAPE(root_change, "Another root access.");

struct notification_side {
    struct opt_bool notification_email_enabled;
    struct list notification_email_levels;
    struct opt_bool notification_telegram_enabled;
    struct list notification_telegram_levels;
};
static const struct field notification_side_fields[] = {
    {BOOL(notification_side, notification_email_enabled), .doc = "Are events mailed?"},
    {ENUMS(notification_side, notification_email_levels, severity_names), .doc = "Which."},
    {BOOL(notification_side, notification_telegram_enabled), .doc = "Do they go to Telegram?"},
    {ENUMS(notification_side, notification_telegram_levels, severity_names), .doc = "Which."},
};
static const struct shape notification_side_shape =
    SHAPE(notification_side, "How events of a node are delivered.");

struct notification_change {
    const struct notification_side *before;
    const struct notification_side *after;
};
static const struct field notification_change_fields[] = {
    {OBJECT(notification_change, before, notification_side), .doc = "Before."},
    {OBJECT(notification_change, after, notification_side), .doc = "After."},
};
static const struct shape notification_change_shape =
    SHAPE(notification_change, "Another way of delivery.");

struct reason_told {
    struct text maintenance_reason;
};
static const struct field reason_told_fields[] = {
    {TEXT(reason_told, maintenance_reason), .doc = "Why it is in maintenance."},
};
static const struct shape reason_told_shape = SHAPE(reason_told, "Of a maintenance that begins.");

struct previous_reason_told {
    struct text previous_reason;
};
static const struct field previous_reason_told_fields[] = {
    {TEXT(previous_reason_told, previous_reason), .doc = "Why it was in maintenance."},
};
static const struct shape previous_reason_told_shape =
    SHAPE(previous_reason_told, "Of a maintenance that ends.");

static const struct node_row *node_of(struct rows *rows, const struct record *record)
{
    return rows_get(rows, &nodes_table, record->entry.stream);
}

/* An entry about the node, but for what it says beyond that. */
static struct audit_log_row entry_of(
    struct rows *rows, const struct record *record, const struct node_row *node, const char *action)
{
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("workspace");
    row.workspace_id = node->workspace_id;
    row.action = text_from(action);
    row.target_type = text_lit("node");
    row.target_id = audit_id_text(rows, node->id);
    row.target_label = node->hostname;
    audit_add_origin(&row, record);
    return row;
}

void audit_node_team(struct rows *rows, const struct record *record)
{
    const struct node_team_changed *event = record->event;
    const struct node_row *node = node_of(rows, record);
    struct team_before before;
    struct team_after after = {event->team_id, event->team_name};
    struct team_change change = {&before, &after};
    struct audit_log_row row;

    if (node == NULL)
        return;
    before.team_id = node->team_id;
    row = entry_of(rows, record, node, "node.team.updated");
    row.changes = json_of(rows_arena(rows), &team_change_shape, &change);
    audit_append(rows, &row);
}

void audit_node_maintenance(struct rows *rows, const struct record *record)
{
    const struct node_maintenance_entered *event = record->event;
    const struct reason_told told = {event->reason};
    const struct node_row *node = node_of(rows, record);
    struct audit_log_row row;

    if (node == NULL)
        return;
    row = entry_of(rows, record, node, "node.maintenance.enabled");
    row.metadata = json_of(rows_arena(rows), &reason_told_shape, &told);
    audit_append(rows, &row);
}

void audit_node_maintenance_end(struct rows *rows, const struct record *record)
{
    const struct node_row *node = node_of(rows, record);
    struct previous_reason_told told;
    struct audit_log_row row;

    if (node == NULL)
        return;
    told.previous_reason = node->maintenance_reason;
    row = entry_of(rows, record, node, "node.maintenance.disabled");
    row.metadata = json_of(rows_arena(rows), &previous_reason_told_shape, &told);
    audit_append(rows, &row);
}

void audit_node_root_access(struct rows *rows, const struct record *record)
{
    const struct node_root_access_wanted *event = record->event;
    const struct node_row *node = node_of(rows, record);
    struct root_side before;
    struct root_side after = {event->profile, {ROOT_PENDING}, {0}};
    struct root_change change = {&before, &after};
    struct audit_log_row row;

    if (node == NULL)
        return;
    before = (struct root_side){
        node->root_access_profile, node->root_access_sync_status, node->root_access_last_error};
    row = entry_of(rows, record, node, "node.root-access.updated");
    row.changes = json_of(rows_arena(rows), &root_change_shape, &change);
    audit_append(rows, &row);
}

static struct notification_side side_of(const struct node_row *node)
{
    return (struct notification_side){
        node->notification_email_enabled, node->notification_email_levels,
        node->notification_telegram_enabled, node->notification_telegram_levels};
}

void audit_node_notifications(struct rows *rows, const struct record *record)
{
    const struct node_row *node = node_of(rows, record);
    struct notification_side before;
    struct notification_side after;
    struct notification_change change = {&before, &after};
    struct node_row next;
    struct audit_log_row row;

    if (node == NULL)
        return;
    next = *node;
    node_row_take_notifications(&next, record->event);
    before = side_of(node);
    after = side_of(&next);
    row = entry_of(rows, record, node, "node.notifications.updated");
    row.changes = json_of(rows_arena(rows), &notification_change_shape, &change);
    audit_append(rows, &row);
}

/* The lists of the clients do not know it: they see the node. */
void audit_enrollment(struct rows *rows, const struct record *record)
{
    const struct enrollment_approved *event = record->event;
    struct audit_log_row row = audit_by_actor(rows, record);

    row.scope = text_lit("evidence");
    row.action = text_lit("enrollment.approved");
    row.target_type = text_lit("enrollment");
    row.target_id = audit_id_text(rows, event->enrollment_id);
    row.metadata = place_metadata(rows_arena(rows), record->entry.workspace);
    audit_add_origin(&row, record);
    audit_append(rows, &row);
}
