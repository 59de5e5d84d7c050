/*
 * Why commands about nodes and installs are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/enrollment.h"
#include "commands/node/node.h"
#include "commands/node/node_commands.h"

const struct refusal refused_node_missing = {
    "node_not_found",
    STATUS_NOT_FOUND,
    "Node %s was not found",
    "List the nodes of the workspace.",
};
const struct refusal refused_subscription = {
    "subscription_forbidden",
    STATUS_FORBIDDEN,
    "You are not allowed to access this %s",
    "Ask an owner of the workspace to add you to it.",
};
const struct refusal refused_hostname_taken = {
    "hostname_taken",
    STATUS_CONFLICT,
    "A node with this hostname already exists",
    "Remove the other node first; host names are unique in all workspaces.",
};
const struct refusal refused_node_online = {
    "node_online",
    STATUS_CONFLICT,
    "The agent of node %s is online",
    "Give this machine another host name, or stop the other agent and wait until its node is offline.",
};
const struct refusal refused_node_too_busy = {
    "node_too_busy",
    STATUS_CONFLICT,
    "More tasks wait for this node than can be ended at once",
    "Cancel some of its tasks, then try again.",
};
const struct refusal refused_label_key = {
    "label_key_invalid",
    STATUS_INVALID,
    "The key %s of a label must be at most 63 small letters, digits, \".\", \"_\" and \"-\", the first a letter or digit.",
    "Send another key; those that begin with agent/ are for agents to report.",
};
const struct refusal refused_label_value = {
    "label_value_invalid",
    STATUS_INVALID,
    "The value of label %s must be a string of at most 63 letters, digits, \".\", \"_\" and \"-\".",
    "Send another value, or null to remove the label.",
};
const struct refusal refused_labels_full = {
    "labels_full",
    STATUS_CONFLICT,
    "A node can have at most 64 labels, beside those that its agent reports.",
    "Remove labels that are no longer needed, by null in place of their values.",
};
const struct refusal refused_default_workspace_missing = {
    "default_workspace_missing",
    STATUS_NOT_FOUND,
    "Default workspace was not found.",
    "Make a workspace the default, or name one.",
};
const struct refusal refused_enrollment_token = {
    "enrollment_token_invalid",
    STATUS_FORBIDDEN,
    "Invalid enrollment token",
    "Use the token of AGENT_ENROLLMENT_TOKEN.",
};
const struct refusal refused_os_missing = {
    "os_required",
    STATUS_INVALID,
    "os is required",
    "Send os, operatingSystem or platform.",
};
const struct refusal refused_arch_missing = {
    "arch_required",
    STATUS_INVALID,
    "arch is required",
    "Send arch or architecture.",
};
const struct refusal refused_agent_token_unset = {
    "agent_token_unset",
    STATUS_UNAUTHENTICATED,
    "Agent token is not configured for this node",
    "Install or register an agent on the node.",
};
const struct refusal refused_agent_token = {
    "agent_token_invalid",
    STATUS_UNAUTHENTICATED,
    "Invalid agent token",
    "Use the credential that the agent was given last.",
};
const struct refusal refused_bootstrap_token_missing = {
    "bootstrap_token_not_found",
    STATUS_NOT_FOUND,
    "Bootstrap token was not found",
    "Generate an install command.",
};
const struct refusal refused_bootstrap_token_used = {
    "bootstrap_token_used",
    STATUS_CONFLICT,
    "Bootstrap token has already been used",
    "Generate a fresh install command.",
};
const struct refusal refused_bootstrap_token_expired = {
    "bootstrap_token_expired",
    STATUS_GONE,
    "Bootstrap token has expired",
    "Generate a fresh install command.",
};

const struct refusal refused_enrollment_missing = {
    "enrollment_not_found",
    STATUS_NOT_FOUND,
    "Enrollment token was not found",
    "Let the machine ask anew, and name the address that it asked with.",
};
const struct refusal refused_enrollment_approved = {
    "enrollment_approved",
    STATUS_CONFLICT,
    "Enrollment token has already been approved",
    "The machine fetches its credential with the token.",
};
const struct refusal refused_enrollment_over = {
    "enrollment_over",
    STATUS_GONE,
    "Enrollment token has expired or was revoked",
    "Let the machine ask anew.",
};

const struct refusal *const node_refusals[] = {
    &refused_node_missing,
    &refused_subscription,
    &refused_hostname_taken,
    &refused_node_online,
    &refused_node_too_busy,
    &refused_default_workspace_missing,
    &refused_enrollment_token,
    &refused_os_missing,
    &refused_arch_missing,
    &refused_agent_token_unset,
    &refused_agent_token,
    &refused_bootstrap_token_missing,
    &refused_bootstrap_token_used,
    &refused_bootstrap_token_expired,
    &refused_enrollment_missing,
    &refused_enrollment_approved,
    &refused_enrollment_over,
    &refused_label_key,
    &refused_label_value,
    &refused_labels_full,
    NULL,
};
