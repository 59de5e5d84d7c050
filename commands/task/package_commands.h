/*
 * Orders about the packages of a node: each becomes a task of its agent.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TASK_PACKAGE_COMMANDS_H
#define COMMANDS_TASK_PACKAGE_COMMANDS_H

#include "commands/command.h"

/* The task that will tell: one that was made for the order, or one that is under way already. */
struct awaited_task {
    struct uuid task_id;
};
extern const struct shape awaited_task_shape;

struct list_packages {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH: the node */
    struct uuid member_id;    /* SERVER_SET: only nodes of this user's workspaces; absent: all */
};
extern const struct command list_packages_command; /* answers `awaited_task` */

struct search_packages {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct text term;
    struct uuid node_id;
    struct uuid member_id; /* SERVER_SET: only nodes of this user's workspaces; absent: all */
};
extern const struct command search_packages_command; /* answers `awaited_task` */

struct install_packages {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH: the node */
    struct list names;        /* of texts */
    struct opt_bool purge;
};
extern const struct command install_packages_command;

extern const char *const yes_no_names[];
struct remove_package {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH: the node */
    struct text name;         /* FROM_PATH */
    struct enum_value purge;  /* its settings too? yes_no_names */
};
extern const struct command remove_package_command;

#endif
