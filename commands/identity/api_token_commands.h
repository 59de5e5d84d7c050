/*
 * Orders about tokens for programs. What one opens is asked with query_access (identity_commands.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_API_TOKEN_COMMANDS_H
#define COMMANDS_IDENTITY_API_TOKEN_COMMANDS_H

#include "commands/command.h"

struct create_api_token {
    struct uuid user_id;  /* whose; absent: the caller's */
    struct uuid token_id; /* made by api, as is the token behind the digest */
    struct bytes digest;
    struct text name;
    struct enum_value scope;   /* enum token_scope */
    struct list workspace_ids; /* none: everywhere */
    struct text networks;      /* checked by api */
    struct timestamp expires_at;
};
extern const struct command create_api_token_command;

/* The account that they may act for. */
struct create_service_account {
    struct text name;
};
extern const struct command create_service_account_command;

struct end_api_token {
    struct uuid user_id; /* absent: the caller */
    struct uuid token_id;
};
extern const struct command end_api_token_command;

/* Emits nothing where it was used within this time before, an hour. */
extern const int64_t api_token_note_us;
struct note_api_token_use {
    struct uuid token_id;
};
extern const struct command note_api_token_use_command;

extern const struct command expire_api_token_command; /* of a timer */

#endif
