/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"

const struct command *const workspace_commands[] = {
    &create_workspace_command,   &change_workspace_command,
    &delete_workspace_command,   &add_member_command,
    &change_member_command,      &remove_member_command,
    &create_team_command,        &change_team_command,
    &delete_team_command,        &add_team_member_command,
    &remove_team_member_command, &set_windows_command,
    &query_windows_command,      NULL,
};
