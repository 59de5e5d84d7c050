/*
 * Orders about selections: selectors of nodes that are saved under a name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SELECTION_SELECTION_COMMANDS_H
#define COMMANDS_SELECTION_SELECTION_COMMANDS_H

#include "commands/command.h"

struct create_selection {
    struct uuid workspace_id; /* FROM_PATH */
    struct text name;
    struct text description;
    struct text selector;
};
extern const struct command create_selection_command;

/* Whatever is not given stays. */
struct change_selection {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid selection_id; /* FROM_PATH */
    struct text name;
    struct text description;
    struct text selector;
    int64_t given;
};
extern const struct command change_selection_command;

/* Refused while a schedule goes by it. */
struct delete_selection {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid selection_id; /* FROM_PATH */
};
extern const struct command delete_selection_command;

extern const struct command *const selection_commands[];
extern const struct refusal *const selection_refusals[];

#endif
