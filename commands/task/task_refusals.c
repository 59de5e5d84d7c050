/*
 * Why commands about tasks are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"

const struct refusal refused_task_missing = {
    "task_not_found",
    STATUS_NOT_FOUND,
    "Task %s was not found",
    "List the tasks of the workspace.",
};
const struct refusal refused_task_not_of_node = {
    "task_not_of_node",
    STATUS_NOT_FOUND,
    "Task %s was not found for node %s",
    "Claim a task of this node.",
};
const struct refusal refused_agent_credentials = {
    "agent_credentials_invalid",
    STATUS_UNAUTHENTICATED,
    "Invalid agent credentials",
    "Use the credential that the agent was given last.",
};
const struct refusal refused_task_node_missing = {
    "node_not_found",
    STATUS_NOT_FOUND,
    "Node %s was not found",
    "List the nodes of the workspace.",
};
const struct refusal refused_node_in_maintenance = {
    "node_in_maintenance",
    STATUS_INVALID,
    "Node %s is in maintenance mode and cannot accept new work.",
    "Wait until the maintenance ends, or take another node.",
};
const struct refusal refused_operational_root = {
    "operational_root_denied",
    STATUS_INVALID,
    "Node %s does not currently allow operational root access. Applied profile is %s, desired profile is %s, and sync status is %s.",
    "Give the node a profile with operational root access.",
};
const struct refusal refused_task_root = {
    "task_root_denied",
    STATUS_INVALID,
    "Node %s does not currently allow task root access. Applied profile is %s.",
    "Give the node a profile with root access for tasks.",
};
const struct refusal refused_log_scan_scope = {
    "log_scan_scope_invalid",
    STATUS_INVALID,
    "log.scan root execution requires rootScope to be \"operational\".",
    "Send rootScope \"operational\".",
};
const struct refusal refused_root_scope = {
    "root_scope_invalid",
    STATUS_INVALID,
    "rootScope must be \"task\" or \"operational\" when runAsRoot is enabled.",
    "Send a rootScope, or leave out runAsRoot.",
};
const struct refusal refused_operational_command = {
    "operational_command_denied",
    STATUS_INVALID,
    "Operational root access is limited to reboot, restarting noderax-agent, and apt-get update.",
    "Use one of these commands, or the scope \"task\".",
};
const struct refusal refused_accept_queued = {
    "task_queued",
    STATUS_CONFLICT,
    "Task %s is in queued state and cannot be accepted",
    "Claim the task first.",
};
const struct refusal refused_start_ended = {
    "task_already_finished",
    STATUS_CONFLICT,
    "Task %s is already %s and cannot be started",
    "Leave it: it has ended.",
};
const struct refusal refused_start_queued = {
    "task_queued",
    STATUS_CONFLICT,
    "Task %s must be accepted before it can be started",
    "Claim the task first.",
};
const struct refusal refused_start_lease = {
    "task_lease_expired",
    STATUS_CONFLICT,
    "Task %s lease expired before started transition",
    "Claim a task again.",
};
const struct refusal refused_log_state = {
    "task_not_running",
    STATUS_CONFLICT,
    "Task %s is in %s state and cannot accept logs",
    "Start the task first.",
};
const struct refusal refused_complete_state = {
    "task_not_running",
    STATUS_CONFLICT,
    "Task %s is in %s state and cannot be completed",
    "Start the task first.",
};
const struct refusal refused_complete_ended = {
    "task_already_finished",
    STATUS_CONFLICT,
    "Task %s is already %s and cannot transition to %s",
    "Leave it: it has ended.",
};

const struct refusal refused_nodes_missing = {
    "nodes_missing",
    STATUS_INVALID,
    "Select at least one node.",
    "Send the ids of the nodes.",
};
const struct refusal refused_order_too_large = {
    "order_too_large",
    STATUS_TOO_LARGE,
    "One request can make at most 1000 tasks, with payloads of 8 MiB altogether.",
    "Send the work in several requests.",
};
const struct refusal refused_team_idle = {
    "team_without_nodes",
    STATUS_INVALID,
    "Team %s does not currently have any eligible nodes.",
    "Give the team nodes, or end their maintenance.",
};
const struct refusal refused_task_team_missing = {
    "team_not_found",
    STATUS_NOT_FOUND,
    "Team %s was not found",
    "List the teams of the workspace.",
};
const struct refusal refused_type_missing = {
    "task_type_missing",
    STATUS_INVALID,
    "Task type is required.",
    "Send a type that is not blank.",
};
const struct refusal refused_log_preset = {
    "log_preset_unknown",
    STATUS_INVALID,
    "Unsupported log source preset: %s",
    "List the log presets.",
};

const struct refusal refused_selector_idle = {
    "selector_without_nodes",
    STATUS_INVALID,
    "No node that could take work now is matched by %s.",
    "List the nodes by this selector; those in maintenance do not count.",
};
const struct refusal refused_selector_anywhere = {
    "selector_without_workspace",
    STATUS_INVALID,
    "A selector is about the nodes of one workspace.",
    "Use the route that names the workspace.",
};
const struct refusal refused_batch_targets = {
    "batch_targets_invalid",
    STATUS_INVALID,
    "Name the nodes by one of nodeIds, selector and selectionId.",
    "Send one of them, and not the others.",
};

const struct refusal refused_run_targets = {
    "run_targets_invalid",
    STATUS_INVALID,
    "Name the nodes by one of nodeId, nodeIds, teamId, selector and selectionId.",
    "Send one of them, and not the others.",
};

const struct refusal refused_run_by_members = {
    "template_run_denied",
    STATUS_FORBIDDEN,
    "Only owners and admins of the workspace may run this task template.",
    "Ask one of them to run it, or to let members run it (runnableByMembers).",
};

const struct refusal *const task_refusals[] = {
    &refused_task_missing,
    &refused_task_not_of_node,
    &refused_agent_credentials,
    &refused_task_node_missing,
    &refused_node_in_maintenance,
    &refused_operational_root,
    &refused_task_root,
    &refused_log_scan_scope,
    &refused_root_scope,
    &refused_operational_command,
    &refused_accept_queued,
    &refused_start_ended,
    &refused_start_queued,
    &refused_start_lease,
    &refused_log_state,
    &refused_complete_state,
    &refused_complete_ended,
    &refused_nodes_missing,
    &refused_order_too_large,
    &refused_team_idle,
    &refused_task_team_missing,
    &refused_type_missing,
    &refused_log_preset,
    &refused_run_targets,
    &refused_run_by_members,
    &refused_selector_idle,
    &refused_selector_anywhere,
    &refused_batch_targets,
    NULL,
};
