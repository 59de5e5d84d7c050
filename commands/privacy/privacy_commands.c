/*
 * The area's commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/privacy/privacy_commands.h"

const struct command *const privacy_commands[] = {
    &erase_person_command, &forget_person_command, &query_erased_person_command,
    &place_hold_command,   &release_hold_command,  &end_hold_command,
    &query_holds_command,  &drop_origins_command,  NULL,
};
