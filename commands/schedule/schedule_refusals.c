/*
 * Why commands about schedules are refused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"

const struct refusal refused_schedule_missing = {
    "schedule_not_found",
    STATUS_NOT_FOUND,
    "Scheduled task %s was not found",
    "List the scheduled tasks of the workspace.",
};
const struct refusal refused_schedule_workspace = {
    "default_workspace_not_found",
    STATUS_NOT_FOUND,
    "Default workspace was not found.",
    "Name a workspace in the path, or make one the default.",
};
const struct refusal refused_schedule_name = {
    "schedule_name_short",
    STATUS_INVALID,
    "Schedule name must be at least 2 characters.",
    "Blanks at both ends do not count.",
};
const struct refusal refused_schedule_command = {
    "schedule_command_blank",
    STATUS_INVALID,
    "Command must not be empty.",
    "Send the shell command that is to be run.",
};
const struct refusal refused_schedule_work = {
    "schedule_work_unclear",
    STATUS_INVALID,
    "Either command, or templateId with parameters must say what is run.",
    "Send a command, or a templateId without one; parameters are for templates that are run.",
};
const struct refusal refused_schedule_target = {
    "schedule_target_missing",
    STATUS_INVALID,
    "Either nodeId or teamId must be given.",
    "Name the node or the team that the tasks are for.",
};
const struct refusal refused_schedule_targets = {
    "schedule_targets_invalid",
    STATUS_INVALID,
    "A selector or a selectionId is given in place of nodeId and teamId.",
    "Send one of them, and not the others.",
};
const struct refusal refused_schedule_recurrence = {
    "schedule_recurrence_invalid",
    STATUS_INVALID,
    "%s",
    "Send the values that the cadence takes, and no others.",
};
const struct refusal refused_schedule_timezone = {
    "timezone_unknown",
    STATUS_INVALID,
    "%s is not a valid IANA timezone.",
    "Send a name of the tz database, such as Europe/Istanbul.",
};
const struct refusal refused_schedule_node = {
    "node_not_found",
    STATUS_NOT_FOUND,
    "Node %s was not found",
    "List the nodes of the workspace.",
};
const struct refusal refused_schedule_team = {
    "team_not_found",
    STATUS_NOT_FOUND,
    "Team %s was not found",
    "List the teams of the workspace.",
};
const struct refusal refused_schedules_full = {
    "schedules_full",
    STATUS_CONFLICT,
    "A workspace has at most 5000 schedules, and so has a person.",
    "Delete some that are no longer needed, or let one schedule run for a team.",
};

const struct refusal *const schedule_refusals[] = {
    &refused_schedule_missing,
    &refused_schedule_workspace,
    &refused_schedule_name,
    &refused_schedule_command,
    &refused_schedule_work,
    &refused_schedule_target,
    &refused_schedule_recurrence,
    &refused_schedule_timezone,
    &refused_schedule_node,
    &refused_schedule_team,
    &refused_schedules_full,
    &refused_schedule_targets,
    NULL,
};
