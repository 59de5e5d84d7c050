/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/upgrade/upgrade_commands.h"

const struct command *const upgrade_commands[] = {
    &request_upgrade_download_command,
    &request_upgrade_apply_command,
    &settle_upgrade_command,
    &query_upgrade_command,
    NULL,
};
