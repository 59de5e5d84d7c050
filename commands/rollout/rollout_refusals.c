/*
 * Why commands about rollouts are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/rollout/rollout.h"

const struct refusal refused_rollout_open = {
    "rollout_open",
    STATUS_CONFLICT,
    "Finish, resume, or cancel the existing rollout before creating a new one.",
    "One rollout goes on at a time: see activeRollout of the summary.",
};
const struct refusal refused_rollout_upgrade = {
    "rollout_upgrade_open",
    STATUS_CONFLICT,
    "A control-plane apply is already in progress. Wait for the platform update to finish before starting an agent rollout.",
    "See operation of GET /control-plane-updates/summary.",
};
const struct refusal refused_rollout_release = {
    "release_not_found",
    STATUS_INVALID,
    "No official tagged agent release is currently available.",
    "List the releases; ask for a version of that list, or see where they are looked for.",
};
const struct refusal refused_rollout_node_missing = {
    "node_not_found",
    STATUS_NOT_FOUND,
    "Node %s was not found",
    "List the nodes of the workspaces.",
};
const struct refusal refused_rollout_node_offline = {
    "node_offline",
    STATUS_INVALID,
    "Node %s must be online before it can be updated.",
    "Wait until its agent is back, or leave it out.",
};
const struct refusal refused_rollout_node_maintenance = {
    "node_in_maintenance",
    STATUS_INVALID,
    "Node %s is in maintenance mode and cannot accept new work.",
    "Wait until the maintenance ends, or leave it out.",
};
const struct refusal refused_rollout_node_arch = {
    "node_arch_unsupported",
    STATUS_INVALID,
    "Node %s uses unsupported architecture %s.",
    "The release has no program for it: leave the node out.",
};
const struct refusal refused_rollout_node_version = {
    "node_version_current",
    STATUS_INVALID,
    "Node %s is already running agent %s.",
    "Leave it out: there is nothing to do.",
};
const struct refusal refused_rollout_missing = {
    "rollout_not_found",
    STATUS_NOT_FOUND,
    "Agent update rollout %s was not found",
    "List the rollouts.",
};
const struct refusal refused_rollout_resume = {
    "rollout_not_paused",
    STATUS_CONFLICT,
    "Only paused rollouts can be resumed.",
    "Read it again: it may have gone on meanwhile.",
};
const struct refusal refused_rollout_failed_left = {
    "rollout_has_failed_targets",
    STATUS_CONFLICT,
    "Retry or skip failed targets before resuming this rollout.",
    "Each failed target is tried again, or left out; then it goes on by itself.",
};
const struct refusal refused_rollout_over = {
    "rollout_over",
    STATUS_CONFLICT,
    "This rollout is already terminal.",
    "Nothing of it is left to cancel.",
};
const struct refusal refused_rollout_not_paused = {
    "rollout_target_busy",
    STATUS_CONFLICT,
    "Target retry and skip are available only when the rollout is paused.",
    "Read it again: it may have gone on meanwhile.",
};
const struct refusal refused_rollout_target_missing = {
    "rollout_target_not_found",
    STATUS_NOT_FOUND,
    "Agent update rollout target %s was not found",
    "Read the rollout: ids of targets are not those of nodes.",
};
const struct refusal refused_rollout_target_elsewhere = {
    "rollout_target_elsewhere",
    STATUS_CONFLICT,
    "The target does not belong to this rollout.",
    "Read the rollout that is meant, and take a target of it.",
};
const struct refusal refused_rollout_target_not_failed = {
    "rollout_target_not_failed",
    STATUS_CONFLICT,
    "Only failed targets can be retried or skipped.",
    "Read the rollout, and take a target that has failed.",
};
const struct refusal refused_rollout_agent = {
    "agent_credentials_invalid",
    STATUS_UNAUTHENTICATED,
    "Invalid agent credentials",
    "Use the credential that the agent was given last.",
};
const struct refusal refused_rollout_target_of_others = {
    "rollout_target_of_others",
    STATUS_CONFLICT,
    "The authenticated agent cannot report progress for this rollout target.",
    "An agent reports for its own node only.",
};

const struct refusal *const rollout_refusals[] = {
    &refused_rollout_open,
    &refused_rollout_upgrade,
    &refused_rollout_release,
    &refused_rollout_node_missing,
    &refused_rollout_node_offline,
    &refused_rollout_node_maintenance,
    &refused_rollout_node_arch,
    &refused_rollout_node_version,
    &refused_rollout_missing,
    &refused_rollout_resume,
    &refused_rollout_failed_left,
    &refused_rollout_over,
    &refused_rollout_not_paused,
    &refused_rollout_target_missing,
    &refused_rollout_target_elsewhere,
    &refused_rollout_target_not_failed,
    &refused_rollout_agent,
    &refused_rollout_target_of_others,
    NULL,
};
