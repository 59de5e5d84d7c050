/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"

#include "commands/task/log_commands.h"
#include "commands/task/package_commands.h"

const struct command *const task_commands[] = {
    &create_task_command,    &create_task_batch_command, &create_team_tasks_command,
    &list_packages_command,  &search_packages_command,   &install_packages_command,
    &remove_package_command, &preview_log_command,       &cancel_task_command,
    &claim_task_command,     &release_task_command,      &accept_task_command,
    &start_task_command,     &log_task_command,          &complete_task_command,
    &query_control_command,  &sweep_tasks_command,       NULL,
};
