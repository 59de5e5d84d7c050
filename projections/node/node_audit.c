/*
 * What the audit trail says of nodes, and of how machines join the fleet. What agents report of
 * themselves is observed: nodes, system events and telemetry show it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "migrations/node/nodes.h"
#include "migrations/workspace/workspaces.h"
#include "projections/audit.h"

#define NODE(event_tag, action_name)                                                               \
    .event = &event_tag##_event, .list = AUDIT_WORKSPACE, .action = action_name,                   \
    .target_type = "node", .target_id = OF_EVENT(event_tag, node_id), .table = &nodes_table

#define CHANGED_NODE(event_tag, action_name)                                                       \
    NODE(event_tag, action_name), .label = {OF_ROW(node_row, hostname)}

#define NO_ENTRY(event_tag, reason) .event = &event_tag##_event, .no_entry = reason

static const struct detail node_added_details[] = {
    {.name = "node_id", .from = OF_EVENT(node_added, node_id)},
    {.name = "name", .from = OF_EVENT(node_added, name)},
    {.name = "hostname", .from = OF_EVENT(node_added, hostname)},
    {.name = "source", .from = OF_EVENT(node_added, source)},
    {0},
};
static const struct detail team_before[] = {
    {.name = "team_id", .from = OF_ROW(node_row, team_id)},
    {0},
};
static const struct detail team_after[] = {
    {.name = "team_id", .from = OF_EVENT(node_team_changed, team_id)},
    {.name = "team_name", .from = OF_EVENT(node_team_changed, team_name)},
    {0},
};
static const struct detail maintenance_entered_details[] = {
    {.name = "maintenance_reason", .from = OF_EVENT(node_maintenance_entered, reason)},
    {0},
};
static const struct detail maintenance_left_details[] = {
    {.name = "previous_reason", .from = OF_ROW(node_row, maintenance_reason)},
    {0},
};
static const struct detail root_access_before[] = {
    {.name = "root_access_profile", .from = OF_ROW(node_row, root_access_profile)},
    {.name = "root_access_sync_status", .from = OF_ROW(node_row, root_access_sync_status)},
    {.name = "root_access_last_error", .from = OF_ROW(node_row, root_access_last_error)},
    {0},
};
static const struct detail root_access_after[] = {
    {.name = "root_access_profile", .from = OF_EVENT(node_root_access_wanted, profile)},
    {.name = "root_access_sync_status", .from = FIXED("pending")},
    {.name = "root_access_last_error"},
    {0},
};
static const struct detail labels_details[] = {
    {.name = "labels", .from = OF_EVENT(node_labels_changed, changes)},
    {0},
};
static const struct detail notifications_before[] = {
    {.name = "notification_email_enabled", .from = OF_ROW(node_row, notification_email_enabled)},
    {.name = "notification_email_levels", .from = OF_ROW(node_row, notification_email_levels)},
    {.name = "notification_telegram_enabled",
     .from = OF_ROW(node_row, notification_telegram_enabled)},
    {.name = "notification_telegram_levels",
     .from = OF_ROW(node_row, notification_telegram_levels)},
    {0},
};
static const struct detail notifications_after[] = {
    {.name = "notification_email_enabled",
     .from = OF_EVENT(node_notifications_changed, email_enabled),
     .or_from = OF_ROW(node_row, notification_email_enabled)},
    {.name = "notification_email_levels",
     .from = OF_EVENT(node_notifications_changed, email_levels),
     .or_from = OF_ROW(node_row, notification_email_levels)},
    {.name = "notification_telegram_enabled",
     .from = OF_EVENT(node_notifications_changed, telegram_enabled),
     .or_from = OF_ROW(node_row, notification_telegram_enabled)},
    {.name = "notification_telegram_levels",
     .from = OF_EVENT(node_notifications_changed, telegram_levels),
     .or_from = OF_ROW(node_row, notification_telegram_levels)},
    {0},
};

const struct audit_rule node_audit_rules[] = {
    {.event = &node_added_event,
     .list = AUDIT_WORKSPACE,
     .action = "node.created",
     .target_type = "workspace", /* as clients know them, the trail of a node begins afterwards */
     .target_id = OF_EVENT(node_added, workspace_id),
     .table = &workspaces_table,
     .label = {OF_ROW(workspace_row, name)},
     .metadata = node_added_details},
    {NODE(node_removed, "node.deleted"),
     .label = {OF_ROW(node_row, name), OF_ROW(node_row, hostname)}},
    {CHANGED_NODE(node_team_changed, "node.team.updated"), .before = team_before,
     .after = team_after},
    {CHANGED_NODE(node_maintenance_entered, "node.maintenance.enabled"),
     .metadata = maintenance_entered_details},
    {CHANGED_NODE(node_maintenance_left, "node.maintenance.disabled"),
     .metadata = maintenance_left_details},
    {CHANGED_NODE(node_root_access_wanted, "node.root-access.updated"),
     .before = root_access_before, .after = root_access_after},
    {CHANGED_NODE(node_notifications_changed, "node.notifications.updated"),
     .before = notifications_before, .after = notifications_after},
    {CHANGED_NODE(node_labels_changed, "node.labels.updated"), .metadata = labels_details},
    {.event = &install_created_event,
     .list = AUDIT_WORKSPACE,
     .action = "node-install.created",
     .target_type = "node-install",
     .target_id = OF_EVENT(install_created, install_id),
     .label = {OF_EVENT(install_created, node_name)}},
    {.event = &enrollment_approved_event,
     .list = AUDIT_WORKSPACE,
     .action = "enrollment.approved",
     .target_type = "enrollment",
     .target_id = OF_EVENT(enrollment_approved, enrollment_id)},
    {NODE(node_agent_replaced, "node.agent.replaced"),
     .label = {OF_ROW(node_row, name), OF_ROW(node_row, hostname)}},
    {NO_ENTRY(node_agent_started, "Reported by the agent; tasks that it ended show it.")},
    {NO_ENTRY(node_agent_connected, "Observed; not done by anybody.")},
    {NO_ENTRY(node_agent_disconnected, "Observed; not done by anybody.")},
    {NO_ENTRY(node_location_reported, "Reported by the agent; the node shows it.")},
    {NO_ENTRY(node_labels_reported, "Reported by the agent; the node shows it.")},
    {NO_ENTRY(node_registered, "Done by the agent; a new node has an entry.")},
    {NO_ENTRY(node_came_online, "Observed; not done by anybody.")},
    {NO_ENTRY(node_went_offline, "Observed; not done by anybody.")},
    {NO_ENTRY(node_versions_reported, "Observed; not done by anybody.")},
    {NO_ENTRY(
        node_root_access_reported, "Reported by the agent; setting the profile has an entry.")},
    {NO_ENTRY(node_cpu_crossed, "Observed; not done by anybody.")},
    {NO_ENTRY(install_progressed, "Reported by the installer; creating the install has an entry.")},
    {NO_ENTRY(install_consumed, "The node that is added has an entry.")},
    {NO_ENTRY(install_expired, "A deadline passed.")},
    {NO_ENTRY(enrollment_initiated, "A machine asks; the approval has an entry.")},
    {NO_ENTRY(enrollment_revoked, "A deadline passed, or the machine asked again.")},
    {0},
};
