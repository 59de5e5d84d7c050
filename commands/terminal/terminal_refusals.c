/*
 * Why commands about terminals are refused. Clients know some of these sentences by heart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"

const struct refusal refused_terminal_missing = {
    "terminal_not_found",
    STATUS_NOT_FOUND,
    "Terminal session %s was not found.",
    "List the sessions of the node.",
};
const struct refusal refused_terminal_admin = {
    "terminal_admin_required",
    STATUS_FORBIDDEN,
    "Workspace owner or admin access is required.",
    "Ask an owner of the workspace for the role.",
};
const struct refusal refused_terminal_creator = {
    "terminal_creator_required",
    STATUS_FORBIDDEN,
    "Only the session creator can control this live terminal session.",
    "Watch it, or take it over.",
};
const struct refusal refused_terminal_ended = {
    "terminal_ended",
    STATUS_CONFLICT,
    "Terminal session is no longer active.",
    "Create another session.",
};
const struct refusal refused_terminal_input = {
    "terminal_not_open",
    STATUS_CONFLICT,
    "Terminal session is not open for input.",
    "Wait until it is open.",
};
const struct refusal refused_terminal_resize = {
    "terminal_not_open",
    STATUS_CONFLICT,
    "Terminal session is not open for resize.",
    "Wait until it is open.",
};
const struct refusal refused_terminal_control = {
    "terminal_controlled",
    STATUS_CONFLICT,
    "Somebody else is in control of this terminal session.",
    "Watch it, or take it over.",
};
const struct refusal refused_terminal_full = {
    "terminal_transcript_full",
    STATUS_TOO_LARGE,
    "The transcript of this terminal session is full.",
    "Create another session.",
};
const struct refusal refused_terminal_watchers = {
    "terminal_watchers",
    STATUS_CONFLICT,
    "As many people watch this terminal session as may.",
    "Wait until somebody leaves.",
};
const struct refusal refused_terminal_node_missing = {
    "node_not_found",
    STATUS_NOT_FOUND,
    "Node %s was not found",
    "List the nodes of the workspace.",
};
const struct refusal refused_terminal_offline = {
    "node_offline",
    STATUS_INVALID,
    "Node %s is offline and cannot accept an interactive terminal session.",
    "Wait until its agent is back.",
};
const struct refusal refused_terminal_route = {
    "agent_not_connected",
    STATUS_CONFLICT,
    "Node %s does not have an active agent realtime route.",
    "Wait until its agent has connected.",
};
const struct refusal refused_terminal_root = {
    "terminal_root_denied",
    STATUS_INVALID,
    "Node %s does not currently allow terminal root access. Applied profile is %s.",
    "Give the node a profile with root access for terminals.",
};
const struct refusal refused_terminal_limit = {
    "terminal_limit",
    STATUS_CONFLICT,
    "Node %s has as many live terminal sessions as it may.",
    "End some of its sessions first.",
};
const struct refusal refused_terminal_connection = {
    "agent_connection_over",
    STATUS_CONFLICT,
    "This connection does not speak for node %s any more",
    "Connect and authenticate again.",
};

const struct refusal *const terminal_refusals[] = {
    &refused_terminal_missing,    &refused_terminal_admin,
    &refused_terminal_creator,    &refused_terminal_ended,
    &refused_terminal_input,      &refused_terminal_resize,
    &refused_terminal_control,    &refused_terminal_full,
    &refused_terminal_watchers,   &refused_terminal_node_missing,
    &refused_terminal_offline,    &refused_terminal_route,
    &refused_terminal_root,       &refused_terminal_limit,
    &refused_terminal_connection, NULL,
};
