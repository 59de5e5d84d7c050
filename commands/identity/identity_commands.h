/*
 * Orders and questions about people and their sign-ins.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_IDENTITY_COMMANDS_H
#define COMMANDS_IDENTITY_IDENTITY_COMMANDS_H

#include "commands/command.h"

/* The first admin, who owns the default workspace. Does nothing when the address has an account
 * already. Emits user_registered; then, where there is no default workspace, workspace_created
 * ("Default Workspace", slug "default") and member_added (owner). */
struct register_admin {
    struct personal email;
    struct personal name;
    struct personal password; /* PHC string */
};
extern const struct command register_admin_command;

/* Question: what a sign-in needs to know. The password's box is opened by the worker that asks. */
struct ask_sign_in {
    struct bytes email_digest;
};
struct sign_in_facts {
    struct uuid user_id; /* absent: no such account */
    struct flag is_active;
    struct personal password;      /* box only */
    struct uuid password_event_id; /* needed to open it; its field tag is password_field_tag */
    int64_t password_field_tag;
    int64_t session_version;
    struct choice role;
};
extern const struct command ask_sign_in_command;

/* The password was right (checked before the queue). Refused when account or session version
 * changed meanwhile. */
struct sign_in {
    struct uuid user_id;
    int64_t session_version;
};
extern const struct command sign_in_command;

/* Evidence: the password was wrong, the account unknown or inactive. */
struct fail_sign_in {
    struct uuid user_id; /* absent when unknown */
    struct bytes email_digest;
    struct choice failure; /* enum sign_in_failure */
};
extern const struct command fail_sign_in_command;

/* Question: who is this, and what may they do (in this workspace)? Workspace absent: platform only.
 */
struct ask_access {
    struct uuid user_id;
    struct uuid workspace_id;
};
struct access_facts {
    struct flag user_exists;
    struct flag is_active;
    struct choice role;
    int64_t session_version;
    struct flag workspace_exists;
    struct flag workspace_is_archived;
    struct choice member_role;
};
extern const struct command ask_access_command;

extern const struct command *const identity_commands[];
extern const struct refusal *const identity_refusals[];

/* Do these records change facts that ask_access answers? Then cached answers are void. */
bool changes_access(const struct record *records, size_t count);

#endif
