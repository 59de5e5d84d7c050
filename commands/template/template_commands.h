/*
 * Orders about templates of tasks. To run one is an order about tasks: see task_commands.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TEMPLATE_TEMPLATE_COMMANDS_H
#define COMMANDS_TEMPLATE_TEMPLATE_COMMANDS_H

#include "commands/command.h"

struct create_template {
    struct uuid workspace_id; /* FROM_PATH */
    struct text name;
    struct text description;
    struct text task_type;
    struct json payload_template;
    struct list parameters; /* of struct template_parameter */
    struct opt_bool runnable_by_members;
};
extern const struct command create_template_command;

/* Whatever is not given stays. */
struct change_template {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid template_id;  /* FROM_PATH */
    struct text name;
    struct text description;
    struct text task_type;
    struct json payload_template;
    struct list parameters;
    struct opt_bool runnable_by_members;
    struct timestamp archived_at;
    int64_t given;
};
extern const struct command change_template_command;

/* Tasks that were made from it keep its id, name and version. */
struct delete_template {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid template_id;  /* FROM_PATH */
};
extern const struct command delete_template_command;

extern const struct command *const template_commands[];
extern const struct refusal *const template_refusals[];

#endif
