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
    struct opt_bool is_archived;
    struct opt_bool is_default;
    struct opt_bool automation_email_enabled;
    struct opt_bool automation_telegram_enabled;
    struct text automation_telegram_bot_token;
    struct text automation_telegram_chat_id;
    struct list automation_email_levels;
    struct list automation_telegram_levels;
    struct opt_bool timezone_is_unknown; /* SERVER_SET */
};
extern const struct command create_workspace_command;

/* Changes what was given. While it is archived, nothing but restoring it. */
struct change_workspace {
    struct uuid workspace_id;
    struct text name;
    struct text slug;
    struct text default_timezone;
    struct opt_bool is_archived;
    struct opt_bool is_default; /* by platform admins only */
    struct opt_bool automation_email_enabled;
    struct opt_bool automation_telegram_enabled;
    struct text automation_telegram_bot_token;
    struct text automation_telegram_chat_id;
    struct list automation_email_levels;
    struct list automation_telegram_levels;
    int64_t given;
    struct opt_bool timezone_is_unknown; /* SERVER_SET */
    struct opt_bool by_platform_admin;   /* SERVER_SET */
    struct opt_bool second_factor_required;
};
extern const struct command change_workspace_command;

/* In which no planned work of a workspace begins. These are all of them from now on. */
struct set_windows {
    struct uuid workspace_id; /* FROM_PATH */
    struct list windows;      /* of struct window */
};
struct query_windows {
    struct uuid workspace_id; /* FROM_PATH */
};
struct workspace_windows {
    struct list windows; /* of struct window */
};
extern const struct shape workspace_windows_shape;
extern const struct command set_windows_command;   /* answers `workspace_windows` … */
extern const struct command query_windows_command; /* … and so does this */

/* With it go its members, teams and nodes; what waits for these nodes is cancelled. */
struct delete_workspace {
    struct uuid workspace_id;
};
struct deleted_workspace {
    struct uuid id;
    struct text slug;
};
extern const struct shape deleted_workspace_shape;
extern const struct command delete_workspace_command; /* answers `deleted_workspace` */

struct add_member {
    struct uuid workspace_id;
    struct uuid user_id;
    struct enum_value role;
};
extern const struct command add_member_command;

struct change_member {
    struct uuid workspace_id;
    struct uuid membership_id;
    struct enum_value role;
};
extern const struct command change_member_command;

/* The person leaves the workspace's teams too. */
struct remove_member {
    struct uuid workspace_id;
    struct uuid membership_id;
};
extern const struct command remove_member_command;

struct create_team {
    struct uuid workspace_id;
    struct text name;
    struct text description;
};
extern const struct command create_team_command;

struct change_team {
    struct uuid workspace_id;
    struct uuid team_id;
    struct text name;
    struct text description;
    int64_t given;
};
extern const struct command change_team_command;

/* Refused while it looks after nodes. */
struct delete_team {
    struct uuid workspace_id;
    struct uuid team_id;
};
extern const struct command delete_team_command;

struct add_team_member {
    struct uuid workspace_id;
    struct uuid team_id;
    struct uuid user_id;
};
extern const struct command add_team_member_command;

struct remove_team_member {
    struct uuid workspace_id;
    struct uuid team_id;
    struct uuid user_id;
};
extern const struct command remove_team_member_command;

extern const struct command *const workspace_commands[];
extern const struct refusal *const workspace_refusals[];

#endif
