/*
 * Tables of the events of nodes; those of joining the fleet stand in joining_events.c, of labels in label_events.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"

#include "eventlog/events/workspace_events.h"

const char *const node_status_names[] = {"online", "offline", NULL};
const char *const node_source_names[] = {"operator", "install", "registration", "enrollment", NULL};
const char *const node_sign_names[] = {"heartbeat", "metrics", "registration", "connection", NULL};
const char *const node_absence_names[] = {"silence", "connection", NULL};
const char *const connection_end_names[] = {"closed", "silent", "overloaded", NULL};
const char *const root_profile_names[] = {
    "off",           "operational", "task", "terminal", "operational_task", "operational_terminal",
    "task_terminal", "all",         NULL};
const char *const root_sync_names[] = {"pending", "applied", "failed", NULL};

static const struct field node_added_fields[] = {
    {UUID(node_added, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(node_added, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Workspace that the node belongs to."},
    {TEXT(node_added, name), .tag = 3, .flags = REQUIRED, .max = 120,
     .doc = "Display name of the node."},
    {TEXT(node_added, description), .tag = 4, .max = 2000, .doc = "What the node is for."},
    {TEXT(node_added, hostname), .tag = 5, .flags = REQUIRED, .max = 255,
     .doc = "Host name, in lower case; unique in the installation."},
    {TEXT(node_added, os), .tag = 6, .flags = REQUIRED, .max = 120,
     .doc = "Operating system of the machine."},
    {TEXT(node_added, arch), .tag = 7, .flags = REQUIRED, .max = 64,
     .doc = "Processor architecture of the machine."},
    {UUID(node_added, team_id), .tag = 8, .doc = "Team that the node is assigned to."},
    {ENUM(node_added, source, node_source_names), .tag = 9, .flags = REQUIRED,
     .doc = "Way the node was added."},
    {BYTES(node_added, credential_digest), .tag = 10, .flags = SECRET, .max = 32,
     .doc = "SHA-256 digest of the agent's credential; absent before there is one."},
    {TEXT(node_added, agent_version), .tag = 11, .max = 64, .doc = "Version of the agent."},
    {TEXT(node_added, platform_version), .tag = 12, .max = 120,
     .doc = "Version of the operating system."},
    {TEXT(node_added, kernel_version), .tag = 13, .max = 120, .doc = "Version of the kernel."},
    {OBJECT(node_added, location, node_location), .tag = 14, .doc = "Location of the machine."},
};
EVENT(node_added, EVT_NODE_ADDED, "node.added", "A node was added.");

static const struct field node_registered_fields[] = {
    {UUID(node_registered, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {TEXT(node_registered, os), .tag = 2, .flags = REQUIRED, .max = 120,
     .doc = "Operating system of the machine."},
    {TEXT(node_registered, arch), .tag = 3, .flags = REQUIRED, .max = 64,
     .doc = "Processor architecture of the machine."},
    {BYTES(node_registered, credential_digest), .tag = 4, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "SHA-256 digest of the agent's new credential."},
    {TEXT(node_registered, agent_version), .tag = 5, .max = 64, .doc = "Version of the agent."},
    {TEXT(node_registered, platform_version), .tag = 6, .max = 120,
     .doc = "Version of the operating system."},
    {TEXT(node_registered, kernel_version), .tag = 7, .max = 120, .doc = "Version of the kernel."},
    {OBJECT(node_registered, location, node_location), .tag = 8, .doc = "Location of the machine."},
};
EVENT(
    node_registered,
    EVT_NODE_REGISTERED,
    "node.registered",
    "An agent registered with the shared token and received a new credential.");

static const struct field node_came_online_fields[] = {
    {UUID(node_came_online, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {ENUM(node_came_online, sign, node_sign_names), .tag = 2, .flags = REQUIRED,
     .doc = "Kind of request that showed it."},
    {TEXT(node_came_online, agent_version), .tag = 3, .max = 64, .doc = "Version of the agent."},
    {TEXT(node_came_online, platform_version), .tag = 4, .max = 120,
     .doc = "Version of the operating system."},
    {TEXT(node_came_online, kernel_version), .tag = 5, .max = 120, .doc = "Version of the kernel."},
};
EVENT(node_came_online, EVT_NODE_CAME_ONLINE, "node.came_online", "A node came online.");

static const struct field node_went_offline_fields[] = {
    {UUID(node_went_offline, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {TIMESTAMP(node_went_offline, last_seen_at), .tag = 2,
     .doc = "Time of the node's last sign of life."},
    {INT64(node_went_offline, timeout_seconds), .tag = 3, .flags = REQUIRED,
     .doc = "Seconds of silence after which a node is offline; 0 where its connection ended."},
    {ENUM(node_went_offline, absence, node_absence_names), .tag = 4,
     .doc = "Sign that showed it; silence when absent."},
};
EVENT(node_went_offline, EVT_NODE_WENT_OFFLINE, "node.went_offline", "A node went offline.");

static const struct field node_versions_reported_fields[] = {
    {UUID(node_versions_reported, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {TEXT(node_versions_reported, agent_version), .tag = 2, .max = 64,
     .doc = "Version of the agent; absent when unchanged."},
    {TEXT(node_versions_reported, platform_version), .tag = 3, .max = 120,
     .doc = "Version of the operating system; absent when unchanged."},
    {TEXT(node_versions_reported, kernel_version), .tag = 4, .max = 120,
     .doc = "Version of the kernel; absent when unchanged."},
};
EVENT(
    node_versions_reported,
    EVT_NODE_VERSIONS_REPORTED,
    "node.versions_reported",
    "An agent reported new versions.");

static const struct field node_root_access_reported_fields[] = {
    {UUID(node_root_access_reported, node_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the node."},
    {ENUM(node_root_access_reported, applied_profile, root_profile_names), .tag = 2,
     .flags = REQUIRED, .doc = "Root access profile that is in force on the node."},
    {ENUM(node_root_access_reported, sync, root_sync_names), .tag = 3, .flags = REQUIRED,
     .doc = "Whether it is the profile that is wanted."},
    {TIMESTAMP(node_root_access_reported, last_applied_at), .tag = 4,
     .doc = "Time the profile was applied."},
    {TEXT(node_root_access_reported, last_error), .tag = 5, .max = 10000,
     .doc = "Error of the attempt to apply it."},
};
EVENT(
    node_root_access_reported,
    EVT_NODE_ROOT_ACCESS_REPORTED,
    "node.root_access_reported",
    "An agent reported a change of its root access.");

static const struct field node_cpu_crossed_fields[] = {
    {UUID(node_cpu_crossed, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {DOUBLE(node_cpu_crossed, cpu_usage), .tag = 2, .flags = REQUIRED,
     .doc = "Processor usage in per cent."},
    {ENUM(node_cpu_crossed, severity, severity_names), .tag = 3, .flags = REQUIRED,
     .doc = "Severity of the event."},
};
EVENT(
    node_cpu_crossed,
    EVT_NODE_CPU_CROSSED,
    "node.cpu_crossed",
    "Processor usage of a node crossed the threshold.");

static const struct field node_removed_fields[] = {
    {UUID(node_removed, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
};
EVENT(
    node_removed, EVT_NODE_REMOVED, "node.removed", "A node was removed; its credential is void.");

static const struct field node_team_changed_fields[] = {
    {UUID(node_team_changed, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(node_team_changed, team_id), .tag = 2,
     .doc = "Team that the node is assigned to; absent for none."},
    {TEXT(node_team_changed, team_name), .tag = 3, .max = 120,
     .doc = "Name of the team at the time."},
};
EVENT(
    node_team_changed,
    EVT_NODE_TEAM_CHANGED,
    "node.team_changed",
    "A node was assigned to another team, or to none.");

static const struct field node_maintenance_entered_fields[] = {
    {UUID(node_maintenance_entered, node_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the node."},
    {TEXT(node_maintenance_entered, reason), .tag = 2, .max = 500, .doc = "Reason that was given."},
};
EVENT(
    node_maintenance_entered,
    EVT_NODE_MAINTENANCE_ENTERED,
    "node.maintenance_entered",
    "A node entered maintenance: it takes no new tasks.");

static const struct field node_maintenance_left_fields[] = {
    {UUID(node_maintenance_left, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
};
EVENT(
    node_maintenance_left,
    EVT_NODE_MAINTENANCE_LEFT,
    "node.maintenance_left",
    "A node left maintenance: it takes tasks again.");

static const struct field node_root_access_wanted_fields[] = {
    {UUID(node_root_access_wanted, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {ENUM(node_root_access_wanted, profile, root_profile_names), .tag = 2, .flags = REQUIRED,
     .doc = "Root access profile that the agent is to apply."},
};
EVENT(
    node_root_access_wanted,
    EVT_NODE_ROOT_ACCESS_WANTED,
    "node.root_access_wanted",
    "An operator set the root access profile of a node.");

static const struct field node_notifications_changed_fields[] = {
    {UUID(node_notifications_changed, node_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the node."},
    {BOOL(node_notifications_changed, email_enabled), .tag = 2,
     .doc = "Whether events are mailed; absent when unchanged."},
    {ENUMS(node_notifications_changed, email_levels, severity_names), .tag = 3, .max = 16,
     .doc = "Severities that are mailed; absent when unchanged."},
    {BOOL(node_notifications_changed, telegram_enabled), .tag = 4,
     .doc = "Whether events are sent to Telegram; absent when unchanged."},
    {ENUMS(node_notifications_changed, telegram_levels, severity_names), .tag = 5, .max = 16,
     .doc = "Severities that are sent to Telegram; absent when unchanged."},
};
EVENT(
    node_notifications_changed,
    EVT_NODE_NOTIFICATIONS_CHANGED,
    "node.notifications_changed",
    "An operator changed which events of a node are delivered.");

static const struct field node_agent_replaced_fields[] = {
    {UUID(node_agent_replaced, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
};
EVENT(
    node_agent_replaced,
    EVT_NODE_AGENT_REPLACED,
    "node.agent_replaced",
    "Another agent took the place of one that had fallen silent.");

static const struct field node_agent_started_fields[] = {
    {UUID(node_agent_started, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {TEXT(node_agent_started, start), .tag = 2, .flags = REQUIRED, .max = 64,
     .doc = "What the agent calls its start."},
};
EVENT(node_agent_started, EVT_NODE_AGENT_STARTED, "node.agent_started", "An agent started anew.");

static const struct field node_agent_connected_fields[] = {
    {UUID(node_agent_connected, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(node_agent_connected, connection), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the connection that speaks for the node from now on."},
    {UUID(node_agent_connected, boot), .tag = 3, .flags = REQUIRED,
     .doc = "Id of the run of the server that has the connection."},
    {UUID(node_agent_connected, replaced), .tag = 4,
     .doc = "Id of the connection that it takes the place of."},
};
EVENT(
    node_agent_connected,
    EVT_NODE_AGENT_CONNECTED,
    "node.agent_connected",
    "An agent authenticated on a connection.");

static const struct field node_agent_disconnected_fields[] = {
    {UUID(node_agent_disconnected, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {UUID(node_agent_disconnected, connection), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the connection that ended."},
    {ENUM(node_agent_disconnected, end, connection_end_names), .tag = 3, .flags = REQUIRED,
     .doc = "Reason why the connection ended."},
};
EVENT(
    node_agent_disconnected,
    EVT_NODE_AGENT_DISCONNECTED,
    "node.agent_disconnected",
    "The connection of an agent ended.");

static const struct field node_location_reported_fields[] = {
    {UUID(node_location_reported, node_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the node."},
    {OBJECT(node_location_reported, location, node_location), .tag = 2, .flags = REQUIRED,
     .doc = "Location of the machine."},
};
EVENT(
    node_location_reported,
    EVT_NODE_LOCATION_REPORTED,
    "node.location_reported",
    "An agent reported another location of its machine.");

const struct event_type *const node_event_types[] = {
    &node_added_event,
    &node_registered_event,
    &node_came_online_event,
    &node_went_offline_event,
    &node_versions_reported_event,
    &node_root_access_reported_event,
    &node_cpu_crossed_event,
    &node_removed_event,
    &node_team_changed_event,
    &node_maintenance_entered_event,
    &node_maintenance_left_event,
    &node_root_access_wanted_event,
    &node_notifications_changed_event,
    &node_agent_replaced_event,
    &node_agent_started_event,
    &node_agent_connected_event,
    &node_agent_disconnected_event,
    &node_location_reported_event,
    &node_labels_changed_event,
    &node_labels_reported_event,
    &install_created_event,
    &install_progressed_event,
    &install_consumed_event,
    &install_expired_event,
    &enrollment_initiated_event,
    &enrollment_approved_event,
    &enrollment_revoked_event,
    NULL,
};
