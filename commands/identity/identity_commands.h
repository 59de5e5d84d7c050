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

/* Question: what a sign-in, or a change of password, needs to know. The password's box is opened by
 * whoever asks. */
struct query_sign_in {
    struct bytes email_digest;  /* of the account … */
    struct uuid user_id;        /* … or the account itself */
    struct bytes device_digest; /* of a trusted device; absent: of none */
};
struct sign_in_lookup {
    struct uuid user_id; /* absent: no such account */
    struct opt_bool is_active;
    struct personal password;      /* box only */
    struct uuid password_event_id; /* needed to open it, with PASSWORD_TAG */
    int64_t session_version;
    struct enum_value role;
    struct personal factor; /* box only, as the next: FACTOR_SECRET_TAG; absent: no codes */
    struct uuid factor_event_id;
    struct personal offered;
    struct uuid offered_event_id;
    struct opt_bool
        takes_factor; /* codes or security keys, and the device does not stand for them */
    struct opt_bool has_keys;
};
extern const struct command query_sign_in_command;

/* The password was right (checked before the queue). Refused when account or session version
 * changed meanwhile, and where a second factor is asked for that no trusted device stands for. */
struct sign_in {
    struct uuid user_id;
    int64_t session_version;
    struct uuid session_id;         /* made by api */
    struct opt_bool is_refreshable; /* does it get a refresh token? */
    struct bytes device_digest;     /* of a trusted device; absent: of none */
};
extern const struct command sign_in_command;

/* Evidence: the password or the code was wrong, the account unknown or inactive. */
struct fail_sign_in {
    struct uuid user_id;       /* absent when unknown */
    struct bytes email_digest; /* absent: the account's own */
    struct enum_value failure; /* enum sign_in_failure */
};
extern const struct command fail_sign_in_command;

/* Question: who is this, and what may they do (in this workspace)? Workspace absent: platform only.
 */
struct query_access {
    struct uuid user_id;
    struct uuid workspace_id;
    struct uuid session_id;    /* absent: of a token of before there were sessions */
    struct bytes token_digest; /* in place of both: of an API token */
};
struct access_lookup {
    struct opt_bool user_exists;
    struct opt_bool is_active;
    struct enum_value role;
    int64_t session_version;
    struct opt_bool workspace_exists;
    struct enum_value member_role;
    struct opt_bool has_session_ended;
    struct uuid user_id; /* as asked, or the owner of the API token; absent: there is none such */
    struct uuid token_id;
    struct enum_value token_scope; /* enum token_scope; 0: it was asked about no token */
    struct opt_bool token_is_for_here;
    struct text token_networks;
    struct timestamp token_ends_at;
    struct timestamp token_used_at;
    struct opt_bool has_no_factor;     /* and is no service account */
    struct opt_bool lacks_factor;      /* everybody needs one */
    struct opt_bool lacks_factor_here; /* the workspace requires one */
    struct opt_bool lacks_authority;   /* of the account's role, which then is not `role` */
    struct timestamp role_ends_at;     /* absent: while nothing happens */
};
extern const struct command query_access_command;

/* Question: what may this person see, in all workspaces? */
struct query_user_scope {
    struct uuid user_id;
    struct list session_ids; /* that are asked about */
};
struct user_scope {
    struct opt_bool
        is_active; /* and has an account at all, and the second factor that everybody needs */
    struct enum_value role;
    int64_t session_version;
    struct list workspace_ids;    /* that they belong to and may enter, by rising id */
    struct list administered_ids; /* of these, as owner or admin */
    struct list ended_ids;        /* of the sessions that were asked about */
};
extern const struct command query_user_scope_command;

/* An account for somebody, who is invited to it. Emits user_created and user_invited. */
struct create_user {
    struct personal email;
    struct personal name;
    struct enum_value role;
    struct uuid invitation_id; /* made by api, as is the token behind the digest */
    struct bytes token_digest;
};
extern const struct command create_user_command;

/* Another invitation for somebody whose first one waits. */
struct resend_invitation {
    struct uuid user_id;
    struct uuid invitation_id;
    struct bytes token_digest;
};
struct invitation_sent {
    struct opt_bool sent;
    struct uuid user_id;
    struct timestamp expires_at;
};
extern const struct command resend_invitation_command;

enum mailed_purpose { MAILED_INVITATION = 1, MAILED_RESET = 2 };
extern const char *const mailed_purpose_names[];

/* Question: may this mailed token be used, and whose is it? Refused as the order would be. */
struct query_mailed_token {
    struct enum_value purpose;
    struct bytes token_digest;
};
struct mailed_token_lookup {
    struct uuid user_id;
    struct timestamp expires_at;
};
extern const struct command query_mailed_token_command;

struct accept_invitation {
    struct bytes token_digest;
    struct personal password; /* PHC string */
};
extern const struct command accept_invitation_command;

/* By an admin; what is absent stays as it is. */
struct update_user {
    struct uuid user_id;
    struct personal email;
    struct personal name;
    struct enum_value role;
    struct opt_bool is_active;
};
extern const struct command update_user_command;

struct delete_user {
    struct uuid user_id;
};
extern const struct command delete_user_command;

/* Of the caller; what is absent stays as it is. */
struct change_preferences {
    struct text timezone; /* known: checked by api */
    struct opt_bool critical_event_emails_enabled;
    struct opt_bool enrollment_emails_enabled;
};
extern const struct command change_preferences_command;

/* The old password was right (checked before the queue). */
struct change_password {
    struct uuid user_id;
    int64_t session_version;
    struct personal password; /* PHC string */
};
extern const struct command change_password_command;

/* Does nothing where nobody may be mailed a token. */
struct request_password_reset {
    struct personal email;
    struct uuid reset_id;
    struct bytes token_digest;
};
extern const struct command request_password_reset_command;

struct reset_password {
    struct bytes token_digest;
    struct personal password; /* PHC string */
};
extern const struct command reset_password_command;

/* By an operator at the machine: neither the old password nor a token is asked for. */
struct set_password {
    struct personal email;
    struct personal password; /* PHC string */
    struct opt_bool disables_factor;
};
extern const struct command set_password_command;

extern const struct command *const identity_commands[];
extern const struct refusal *const identity_refusals[];
extern const struct refusal *const factor_refusals[];

/* Is there an active platform admin? For whoever owns the model before the writer does. */
bool identity_has_admin(const struct model *model);

/* Do these records change facts that query_access answers? Then cached answers are void. */
bool identity_changes_access(const struct record *records, size_t count);

#endif
