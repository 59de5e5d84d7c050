/*
 * What other areas may ask about people. Answered from folded state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_IDENTITY_LOOKUP_H
#define COMMANDS_IDENTITY_IDENTITY_LOOKUP_H

#include "commands/command.h"

/* False when there is no such account. */
bool user_is_there(
    const struct decision *decision, struct uuid user_id, bool *out_is_active_and_accepted);

/* Emits the account of a platform admin, who owns the default workspace that is made where there is none. Its id. */
struct first_admin {
    struct personal email; /* with a digest */
    struct personal name;
    struct personal password; /* Argon2id hash */
};
struct uuid user_emit_first_admin(struct decision *decision, const struct first_admin *admin);

/* Is it an account of a person who has accepted, so that it may be given a role on the platform? */
bool user_may_have_role(const struct decision *decision, struct uuid user_id);

/* The role that the account has, whether it counts or not (enum platform_role); 0: there is no such account. */
int64_t user_stored_role(const struct decision *decision, struct uuid user_id);

/* Emits that it is another one, and what ends with that; nothing where it is that one already. */
void user_emit_role(struct decision *decision, struct uuid user_id, struct enum_value role);

/* Is there an active platform admin at all? */
bool user_any_admin(const struct decision *decision);

/* Is it an active platform admin, whose role counts? */
bool user_is_platform_admin(const struct decision *decision, struct uuid user_id);

/* Is it a recovery administrator, whose role counts? */
bool user_is_recovery_admin(const struct decision *decision, struct uuid user_id);

/* Refused where a recovery administrator would give themselves something: they restore what others have. */
enum status user_must_not_recover_self(
    const struct decision *decision, struct uuid user_id, struct error *error);

/* The account of an address, absent when there is none. */
struct uuid user_of_email(const struct decision *decision, struct bytes email_digest);

/* Was there an account, which was deleted? */
bool user_was_there(const struct decision *decision, struct uuid user_id);

/* The position of the event that made an account, which may be deleted by now; absent: there was none. */
int64_t user_since(const struct decision *decision, struct uuid user_id);

/* Is this the only active platform admin whose role counts? */
bool user_is_last_admin(const struct decision *decision, struct uuid user_id);

/* Is it an account that could have a second factor, and has none? */
bool user_lacks_factor(const struct decision *decision, struct uuid user_id);

/* The same as a check of whoever orders that one is required of others (409). */
enum status user_must_have_factor(const struct decision *decision, struct error *error);

/* Does the platform require a second factor of everybody, and has this account none? */
bool user_lacks_required_factor(const struct decision *decision, struct uuid user_id);

/* May an account be deleted: does it belong to no workspace and no team, and own no schedule and no rolling run that is not over? */
enum status
user_check_deletable(const struct decision *decision, struct uuid user_id, struct error *error);

/* Emits that somebody, whose account goes, leaves all groups of their directory. */
void user_emit_groups_left(struct decision *decision, struct uuid user_id);

#endif
