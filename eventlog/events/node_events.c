/*
 * Tables of the events of nodes and installs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"

#include "eventlog/events/workspace_events.h"

const char *const node_status_names[] = {"online", "offline", NULL};
const char *const node_source_names[] = {"operator", "install", "registration", NULL};
const char *const node_sign_names[] = {"heartbeat", "metrics", "registration", NULL};
const char *const root_profile_names[] = {
    "off",           "operational", "task", "terminal", "operational_task", "operational_terminal",
    "task_terminal", "all",         NULL};
const char *const root_sync_names[] = {"pending", "applied", "failed", NULL};
const char *const install_status_names[] = {"pending", "installing", "completed",
                                            "failed",  "expired",    NULL};

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
    {CHOICE(node_added, source, node_source_names), .tag = 9, .flags = REQUIRED,
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
    {CHOICE(node_came_online, sign, node_sign_names), .tag = 2, .flags = REQUIRED,
     .doc = "What showed it."},
    {TEXT(node_came_online, agent_version), .tag = 3, .max = 64, .doc = "Version of its agent."},
    {TEXT(node_came_online, platform_version), .tag = 4, .max = 120,
     .doc = "Version of its system."},
    {TEXT(node_came_online, kernel_version), .tag = 5, .max = 120, .doc = "Version of its kernel."},
};
EVENT(node_came_online, EVT_NODE_CAME_ONLINE, "node.came_online", "A silent node was heard again.");

static const struct field node_went_offline_fields[] = {
    {UUID(node_went_offline, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
    {MOMENT(node_went_offline, last_seen_at), .tag = 2, .doc = "When it was last heard."},
    {WHOLE(node_went_offline, timeout_seconds), .tag = 3, .flags = REQUIRED,
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
    {CHOICE(node_root_access_reported, applied_profile, root_profile_names), .tag = 2,
     .flags = REQUIRED, .doc = "Profile in force on the node."},
    {CHOICE(node_root_access_reported, sync, root_sync_names), .tag = 3, .flags = REQUIRED,
     .doc = "Does it fit the wanted one?"},
    {MOMENT(node_root_access_reported, last_applied_at), .tag = 4, .doc = "Since when."},
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
    {REAL(node_cpu_crossed, cpu_usage), .tag = 2, .flags = REQUIRED,
     .doc = "Use of the processor in per cent."},
    {CHOICE(node_cpu_crossed, severity, severity_names), .tag = 3, .flags = REQUIRED,
     .doc = "How bad that is."},
};
EVENT(node_cpu_crossed, EVT_NODE_CPU_CROSSED, "node.cpu_crossed", "A processor is very busy.");

static const struct field node_removed_fields[] = {
    {UUID(node_removed, node_id), .tag = 1, .flags = REQUIRED, .doc = "The node."},
};
EVENT(node_removed, EVT_NODE_REMOVED, "node.removed", "A node is gone, its credential with it.");

static const struct field install_created_fields[] = {
    {UUID(install_created, install_id), .tag = 1, .flags = REQUIRED, .doc = "The install."},
    {UUID(install_created, workspace_id), .tag = 2, .flags = REQUIRED,
     .doc = "Where the node will belong."},
    {UUID(install_created, team_id), .tag = 3, .doc = "Team that will look after it."},
    {TEXT(install_created, node_name), .tag = 4, .flags = REQUIRED, .max = 120,
     .doc = "Name that the node will have."},
    {TEXT(install_created, description), .tag = 5, .max = 2000,
     .doc = "Description that the node will have."},
    {BYTES(install_created, token_digest), .tag = 6, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "Digest of the bootstrap token."},
    {MOMENT(install_created, expires_at), .tag = 7, .flags = REQUIRED,
     .doc = "Until when the token may be used."},
};
EVENT(
    install_created,
    EVT_INSTALL_CREATED,
    "node.install_created",
    "An install command was generated.");

static const struct field install_progressed_fields[] = {
    {UUID(install_progressed, install_id), .tag = 1, .flags = REQUIRED, .doc = "The install."},
    {CHOICE(install_progressed, status, install_status_names), .tag = 2, .flags = REQUIRED,
     .doc = "How it stands."},
    {TEXT(install_progressed, stage), .tag = 3, .flags = REQUIRED, .max = 64,
     .doc = "What the installer does."},
    {WHOLE(install_progressed, progress_percent), .tag = 4, .flags = REQUIRED,
     .doc = "How far it is."},
    {TEXT(install_progressed, status_message), .tag = 5, .max = 500, .doc = "In plain words."},
};
EVENT(
    install_progressed,
    EVT_INSTALL_PROGRESSED,
    "node.install_progressed",
    "The installer reported where it stands.");

static const struct field install_consumed_fields[] = {
    {UUID(install_consumed, install_id), .tag = 1, .flags = REQUIRED, .doc = "The install."},
    {UUID(install_consumed, node_id), .tag = 2, .flags = REQUIRED, .doc = "The node it made."},
    {TEXT(install_consumed, hostname), .tag = 3, .flags = REQUIRED, .max = 255,
     .doc = "Host name of the node."},
    {BYTES(install_consumed, credential_digest), .tag = 4, .flags = REQUIRED | SECRET, .max = 32,
     .doc = "Digest of the agent's fresh credential."},
    {FLAG(install_consumed, is_repeat), .tag = 5, .flags = REQUIRED,
     .doc = "Is it the same host asking again within the window?"},
};
EVENT(
    install_consumed,
    EVT_INSTALL_CONSUMED,
    "node.install_consumed",
    "A bootstrap token was exchanged for a credential.");

static const struct field install_expired_fields[] = {
    {UUID(install_expired, install_id), .tag = 1, .flags = REQUIRED, .doc = "The install."},
};
EVENT(
    install_expired,
    EVT_INSTALL_EXPIRED,
    "node.install_expired",
    "A bootstrap token was not used in time.");

const struct event_type *const node_event_types[] = {
    &node_added_event,
    &node_registered_event,
    &node_came_online_event,
    &node_went_offline_event,
    &node_versions_reported_event,
    &node_root_access_reported_event,
    &node_cpu_crossed_event,
    &node_removed_event,
    &install_created_event,
    &install_progressed_event,
    &install_consumed_event,
    &install_expired_event,
    NULL,
};
