/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"

const struct command *const identity_commands[] = {
    &register_admin_command, &ask_sign_in_command, &sign_in_command,
    &fail_sign_in_command,   &ask_access_command,  NULL,
};
