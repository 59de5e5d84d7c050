/*
 * Tables of the events of nodes; those of joining the fleet stand in joining_events.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"

#include "eventlog/events/workspace_events.h"

const char *const node_status_names[] = {"online", "offline", NULL};
const char *const node_source_names[] = {"operator", "install", "registration", "enrollment", NULL};
const char *const node_sign_names[] = {"heartbeat", "metrics", "registration", NULL};
const char *const root_profile_names[] = {
    "off",           "operational", "task", "terminal", "operational_task", "operational_terminal",
    "task_terminal", "all",         NULL};
const char *const root_sync_names[] = {"pending", "applied", "failed", NULL};

static const struct field node_added_fields[] = {
    {UUID(node_added, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {UUID(node_added, workspace_id), .tag = 2, .flags = REQUIRED, .doc = "Where it belongs."},
    {TEXT(node_added, name), .tag = 3, .flags = REQUIRED, .max = 120, .doc = "Name to show."},
    {TEXT(node_added, description), .tag = 4, .max = 2000, .doc = "What it is for."},
    {TEXT(node_added, hostname), .tag = 5, .flags = REQUIRED, .max = 255,
     .doc = "Its host name, in small letters, unique in the installation."},
    {TEXT(node_added, os), .tag = 6, .flags = REQUIRED, .max = 120, .doc = "Operating system."},
    {TEXT(node_added, arch), .tag = 7, .flags = REQUIRED, .max = 64, .doc = "Architecture."},
    {UUID(node_added, team_id), .tag = 8, .doc = "Team that looks after it."},
    {ENUM(node_added, source, node_source_names), .tag = 9, .flags = REQUIRED,
     .doc = "How it came to be."},
    {BYTES(node_added, credential_digest), .tag = 10, .flags = SECRET, .max = 32,
     .doc = "Digest of its agent's credential."},
    {TEXT(node_added, agent_version), .tag = 11, .max = 64, .doc = "Version of its agent."},
    {TEXT(node_added, platform_version), .tag = 12, .max = 120, .doc = "Version of its system."},
    {TEXT(node_added, kernel_version), .tag = 13, .max = 120, .doc = "Version of its kernel."},
};
EVENT(node_added, EVT_NODE_ADDED, "node.added", "A node exists from now on.");

static const struct field node_registered_fields[] = {
    {UUID(node_registered, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {TEXT(node_registered, os), .tag = 2, .flags = REQUIRED, .max = 120,
     .doc = "Operating system."},
    {TEXT(node_registered, arch), .tag = 3, .flags = REQUIRED, .max = 64, .doc = "Architecture."},
    {BYTES(node_registered, credential_digest), .tag = 4, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "Digest of its agent's new credential."},
    {TEXT(node_registered, agent_version), .tag = 5, .max = 64, .doc = "Version of its agent."},
    {TEXT(node_registered, platform_version), .tag = 6, .max = 120,
     .doc = "Version of its system."},
    {TEXT(node_registered, kernel_version), .tag = 7, .max = 120, .doc = "Version of its kernel."},
};
EVENT(
    node_registered,
    EVT_NODE_REGISTERED,
    "node.registered",
    "An agent registered with the shared token and has a new credential.");

static const struct field node_came_online_fields[] = {
    {UUID(node_came_online, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {ENUM(node_came_online, sign, node_sign_names), .tag = 2, .flags = REQUIRED,
     .doc = "What showed it."},
    {TEXT(node_came_online, agent_version), .tag = 3, .max = 64, .doc = "Version of its agent."},
    {TEXT(node_came_online, platform_version), .tag = 4, .max = 120,
     .doc = "Version of its system."},
    {TEXT(node_came_online, kernel_version), .tag = 5, .max = 120, .doc = "Version of its kernel."},
};
EVENT(node_came_online, EVT_NODE_CAME_ONLINE, "node.came_online", "A silent node was heard again.");

static const struct field node_went_offline_fields[] = {
    {UUID(node_went_offline, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {TIMESTAMP(node_went_offline, last_seen_at), .tag = 2, .doc = "When it was last heard."},
    {INT64(node_went_offline, timeout_seconds), .tag = 3, .flags = REQUIRED,
     .doc = "After how long a silence."},
};
EVENT(node_went_offline, EVT_NODE_WENT_OFFLINE, "node.went_offline", "A node fell silent.");

static const struct field node_versions_reported_fields[] = {
    {UUID(node_versions_reported, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {TEXT(node_versions_reported, agent_version), .tag = 2, .max = 64,
     .doc = "Version of its agent, if it changed."},
    {TEXT(node_versions_reported, platform_version), .tag = 3, .max = 120,
     .doc = "Version of its system, if it changed."},
    {TEXT(node_versions_reported, kernel_version), .tag = 4, .max = 120,
     .doc = "Version of its kernel, if it changed."},
};
EVENT(
    node_versions_reported,
    EVT_NODE_VERSIONS_REPORTED,
    "node.versions_reported",
    "An agent reported other versions than before.");

static const struct field node_root_access_reported_fields[] = {
    {UUID(node_root_access_reported, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {ENUM(node_root_access_reported, applied_profile, root_profile_names), .tag = 2,
     .flags = REQUIRED, .doc = "Profile in force on the node."},
    {ENUM(node_root_access_reported, sync, root_sync_names), .tag = 3, .flags = REQUIRED,
     .doc = "Does it fit the wanted one?"},
    {TIMESTAMP(node_root_access_reported, last_applied_at), .tag = 4, .doc = "Since when."},
    {TEXT(node_root_access_reported, last_error), .tag = 5, .max = 10000,
     .doc = "Why it could not be applied."},
};
EVENT(
    node_root_access_reported,
    EVT_NODE_ROOT_ACCESS_REPORTED,
    "node.root_access_reported",
    "An agent reported another state of its root access than before.");

static const struct field node_cpu_crossed_fields[] = {
    {UUID(node_cpu_crossed, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {DOUBLE(node_cpu_crossed, cpu_usage), .tag = 2, .flags = REQUIRED,
     .doc = "Use of the processor in per cent."},
    {ENUM(node_cpu_crossed, severity, severity_names), .tag = 3, .flags = REQUIRED,
     .doc = "How bad that is."},
};
EVENT(node_cpu_crossed, EVT_NODE_CPU_CROSSED, "node.cpu_crossed", "A processor is very busy.");

static const struct field node_removed_fields[] = {
    {UUID(node_removed, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
};
EVENT(node_removed, EVT_NODE_REMOVED, "node.removed", "A node is gone, its credential with it.");

static const struct field node_team_changed_fields[] = {
    {UUID(node_team_changed, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {UUID(node_team_changed, team_id), .tag = 2, .doc = "Team that looks after it; absent: none."},
    {TEXT(node_team_changed, team_name), .tag = 3, .max = 120, .doc = "Its name at the time."},
};
EVENT(
    node_team_changed,
    EVT_NODE_TEAM_CHANGED,
    "node.team_changed",
    "Another team, or none, looks after a node.");

static const struct field node_maintenance_entered_fields[] = {
    {UUID(node_maintenance_entered, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {TEXT(node_maintenance_entered, reason), .tag = 2, .max = 500, .doc = "Why."},
};
EVENT(
    node_maintenance_entered,
    EVT_NODE_MAINTENANCE_ENTERED,
    "node.maintenance_entered",
    "A node takes no new work from now on.");

static const struct field node_maintenance_left_fields[] = {
    {UUID(node_maintenance_left, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
};
EVENT(
    node_maintenance_left,
    EVT_NODE_MAINTENANCE_LEFT,
    "node.maintenance_left",
    "A node takes work again.");

static const struct field node_root_access_wanted_fields[] = {
    {UUID(node_root_access_wanted, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {ENUM(node_root_access_wanted, profile, root_profile_names), .tag = 2, .flags = REQUIRED,
     .doc = "What its agent is to apply."},
};
EVENT(
    node_root_access_wanted,
    EVT_NODE_ROOT_ACCESS_WANTED,
    "node.root_access_wanted",
    "An operator wants another root access, or the same one again.");

static const struct field node_notifications_changed_fields[] = {
    {UUID(node_notifications_changed, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {BOOL(node_notifications_changed, email_enabled), .tag = 2,
     .doc = "Are its events mailed? Absent: as before."},
    {ENUMS(node_notifications_changed, email_levels, severity_names), .tag = 3, .max = 16,
     .doc = "Which of them; absent: as before."},
    {BOOL(node_notifications_changed, telegram_enabled), .tag = 4,
     .doc = "Do its events go to Telegram? Absent: as before."},
    {ENUMS(node_notifications_changed, telegram_levels, severity_names), .tag = 5, .max = 16,
     .doc = "Which of them; absent: as before."},
};
EVENT(
    node_notifications_changed,
    EVT_NODE_NOTIFICATIONS_CHANGED,
    "node.notifications_changed",
    "Other events of a node are delivered, or by other ways.");

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
    &install_created_event,
    &install_progressed_event,
    &install_consumed_event,
    &install_expired_event,
    &enrollment_initiated_event,
    &enrollment_approved_event,
    &enrollment_revoked_event,
    NULL,
};
