/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/template/template_commands.h"

const struct command *const template_commands[] = {
    &create_template_command,
    &change_template_command,
    &delete_template_command,
    NULL,
};
