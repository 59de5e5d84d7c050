/*
 * Orders about workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_WORKSPACE_WORKSPACE_COMMANDS_H
#define COMMANDS_WORKSPACE_WORKSPACE_COMMANDS_H

#include "commands/command.h"

/* The creator becomes its owner. It becomes the default when asked to or when there is none. */
struct create_workspace {
    struct text name;
    struct text slug;
    struct text default_timezone;
    struct flag is_archived;
    struct flag is_default;
    struct flag automation_email_enabled;
    struct flag automation_telegram_enabled;
    struct text automation_telegram_bot_token;
    struct text automation_telegram_chat_id;
    struct list automation_email_levels;
    struct list automation_telegram_levels;
};
extern const struct command create_workspace_command;

extern const struct command *const workspace_commands[];
extern const struct refusal *const workspace_refusals[];

#endif
