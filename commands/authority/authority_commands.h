/*
 * Orders and questions about authority. What manifests say is read, and their signatures verified, by whoever orders
 * (api/authority/manifests.h); whether they fit is decided here.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_AUTHORITY_AUTHORITY_COMMANDS_H
#define COMMANDS_AUTHORITY_AUTHORITY_COMMANDS_H

#include "commands/command.h"

/* What the settings of this start say; emits nothing where it is so already. */
struct declare_authority {
    struct enum_value mode;
    struct bytes root_key; /* absent: none */
};
extern const struct command declare_authority_command;

/* What an installation is known by. */
struct query_installation {
    struct opt_bool any;
};
struct installation_root {
    struct text key_id; /* hexadecimal SHA-256 of the key */
    struct text public_key;
    struct timestamp valid_until;
};
struct installation_view {
    struct uuid installation_id;
    struct text origin;
    struct text ledger_verifier_key;
    struct enum_value authority_mode;
    struct list roots; /* of struct installation_root; what they sign is taken now */
    struct opt_bool is_bootstrapped;
    struct opt_bool insecure_bootstrap_enabled;
};
extern const struct shape installation_view_shape;
extern const struct command query_installation_command;

/* The role of an account, and whether it counts. */
struct query_authority {
    struct uuid user_id;
};
struct authority_view {
    struct enum_value role;
    struct opt_bool effective;
    struct enum_value reason; /* why not; absent: it is */
    struct uuid grant_id;     /* the newest one; absent: none */
    struct timestamp expires_at;
};
extern const struct command query_authority_command;

/* The first owner, once. The fields of the manifest are absent without one. */
struct bootstrap_owner {
    struct personal email;
    struct personal name;
    struct personal password; /* Argon2id hash */
    struct personal envelope;
    struct uuid installation_id;
    struct text ledger_verifier_key;
    struct enum_value environment;
    struct uuid grant_id;
    struct timestamp not_before;
    struct timestamp expires_at;
    struct bytes root_key;
};
struct bootstrapped_owner {
    struct uuid user_id;
    struct uuid grant_id;
};
extern const struct shape bootstrapped_owner_shape;
extern const struct command bootstrap_owner_command;

/* A grant as it stands: the answer of what brings or ends one. */
struct held_role_grant {
    struct uuid id;
    struct uuid user_id;
    struct enum_value role;
    struct timestamp expires_at;
    int64_t serial;
    struct enum_value end; /* absent: it is good */
};
extern const struct shape held_role_grant_shape;

/* A grant that is signed: its power is its signature, whoever hands it in. */
struct grant_role {
    struct personal envelope;
    struct uuid installation_id;
    struct uuid grant_id;
    struct uuid user_id;
    struct enum_value role;
    struct timestamp not_before;
    struct timestamp expires_at;
    struct text reason;
    int64_t serial;
    struct bytes root_key;
};
extern const struct command grant_role_command;

/* By an admin whose role counts, or by a revocation that is signed. */
struct revoke_role_grant {
    struct uuid grant_id;
    struct text reason;
    struct personal envelope; /* absent, as are the two below: by the admin who orders */
    struct uuid installation_id;
    struct bytes root_key;
};
extern const struct command revoke_role_grant_command;

struct rotate_root {
    struct text envelope;
    struct uuid installation_id;
    struct bytes new_key;
    struct bytes root_key;
    struct timestamp not_before;
    struct timestamp former_until;
};
extern const struct command rotate_root_command;

extern const struct command expire_role_grant_command; /* of a timer */

extern const struct command *const authority_commands[];
extern const struct refusal *const authority_refusals[];

#endif
