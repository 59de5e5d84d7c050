/*
 * Orders about directories that send their people (SCIM 2.0): their tokens, and what they say of accounts and groups. The actor of the
 * latter is the directory: ACTOR_DIRECTORY, with the provider's id.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_DIRECTORY_COMMANDS_H
#define COMMANDS_IDENTITY_DIRECTORY_COMMANDS_H

#include "commands/command.h"
#include "eventlog/events/directory_events.h"

struct create_directory_token {
    struct uuid provider_id;
    struct uuid token_id; /* made by api, as is the token behind the digest */
    struct bytes digest;
    struct text name;
    struct timestamp expires_at;
};
extern const struct command create_directory_token_command;

struct end_directory_token {
    struct uuid provider_id;
    struct uuid token_id;
};
extern const struct command end_directory_token_command;

/* Question: whose token is it? */
struct query_directory {
    struct bytes token_digest;
};
struct known_directory {
    struct uuid provider_id; /* absent: there is no such token, or its provider is switched off */
    struct uuid token_id;
    struct timestamp used_at; /* to the hour; absent: never */
};
extern const struct command query_directory_command;

enum { DIRECTORY_LONGEST_NAME = 120 };

/* What somebody is called who has no name of their own. Borrowed from the address. */
static inline struct text directory_usual_name(struct text address)
{
    return text_first_characters(address, DIRECTORY_LONGEST_NAME);
}

/* What is absent stays as it is; of a new account it is what is usual. */
struct create_directory_user {
    struct personal email;
    struct personal name; /* absent: the address */
    struct personal external_id;
    struct bytes external_digest;
    struct opt_bool is_active;
};
extern const struct command create_directory_user_command;

struct change_directory_user {
    struct uuid user_id;
    struct personal email;
    struct personal name;
    struct personal external_id;
    struct bytes external_digest;
    struct opt_bool is_active;
    struct opt_bool has_no_external_id; /* from now on */
};
extern const struct command change_directory_user_command;

struct leave_directory_user {
    struct uuid user_id;
};
extern const struct command leave_directory_user_command;

/* Groups. Members are ids of people whom the directory looks after. */
struct create_directory_group {
    struct text display_name;
    struct text external_id; /* absent: none */
    struct list members;
};
extern const struct command create_directory_group_command;

/* What is absent stays as it is. */
struct change_directory_group {
    struct uuid group_id;
    struct text display_name;
    struct text external_id;          /* empty: none */
    struct opt_bool replaces_members; /* with those that are added; else the others stay */
    struct list added;
    struct list removed; /* whoever is not in it is read over */
};
extern const struct command change_directory_group_command;

/* One with more members than an order may concern loses as many of them: then it is ordered again, until it is gone. */
struct delete_directory_group {
    struct uuid group_id;
};
struct deleted_directory_group {
    struct opt_bool is_gone;
};
extern const struct command delete_directory_group_command;

#endif
