/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/selection/selection_commands.h"

const struct command *const selection_commands[] = {
    &create_selection_command,
    &change_selection_command,
    &delete_selection_command,
    NULL,
};
