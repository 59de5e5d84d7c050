/*
 * Orders about secrets: values by name that tasks of a workspace are given. No answer has a value.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SECRET_SECRET_COMMANDS_H
#define COMMANDS_SECRET_SECRET_COMMANDS_H

#include "commands/command.h"
#include "commands/timers.h"

struct create_secret {
    struct uuid workspace_id; /* FROM_PATH */
    struct text name;
    struct text value;
    struct text description;
    struct timestamp expires_at;
};
extern const struct command create_secret_command;

/* Whatever is not given stays. */
struct change_secret {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid secret_id;    /* FROM_PATH */
    struct text description;
    struct timestamp expires_at;
    int64_t given;
};
extern const struct command change_secret_command;

/* Tasks that are claimed from now on are given this value; whoever has the former one keeps it to their ends. */
struct rotate_secret {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid secret_id;    /* FROM_PATH */
    struct text value;
};
extern const struct command rotate_secret_command;

/* Tasks that refer to it fail when they are claimed. */
struct delete_secret {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid secret_id;    /* FROM_PATH */
};
extern const struct command delete_secret_command;

/* Of the clock: the last task that was given a former version has ended. Input: struct timer. */
extern const struct command destroy_secret_version_command;

extern const struct timer_kind secret_timers[];
extern const struct command *const secret_commands[];
extern const struct refusal *const secret_refusals[];

#endif
