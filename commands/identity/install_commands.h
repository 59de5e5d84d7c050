/*
 * The order that sets a server up.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_INSTALL_COMMANDS_H
#define COMMANDS_IDENTITY_INSTALL_COMMANDS_H

#include "commands/command.h"

/* The server is set up. Refused once there is an administrator, or a workspace. */
struct install_server {
    struct personal email;
    struct personal name;
    struct personal password;
    struct text workspace_name;
    struct text workspace_slug;
    struct text timezone;
    struct list settings; /* of struct wanted_setting */
};
extern const struct command install_server_command;
extern const struct refusal
    refused_set_up_already; /* also of whoever asks a server that is set up */

#endif
