/*
 * The area's commands and timers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/secret/secret_commands.h"

#include "commands/secret/secret.h"

const struct command *const secret_commands[] = {
    &create_secret_command, &change_secret_command,          &rotate_secret_command,
    &delete_secret_command, &destroy_secret_version_command, NULL,
};

const struct timer_kind secret_timers[] = {
    {TIMER_FORMER_VERSION, &destroy_secret_version_command, NULL},
    {0, NULL, NULL},
};
