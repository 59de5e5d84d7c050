/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"

const struct command *const workspace_commands[] = {
    &create_workspace_command,
    NULL,
};
