/*
 * People: what deciding knows of an account.
 *
 *   (none) ──user_registered──► active
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_IDENTITY_H
#define COMMANDS_IDENTITY_IDENTITY_H

#include "commands/command.h"
#include "commands/fold.h"

struct user {
    struct bytes email_digest;
    struct personal password;      /* box only */
    struct uuid password_event_id; /* that its box is bound to */
    struct choice role;
    struct flag is_active;
    int64_t session_version; /* raised by whatever ends all sessions */
};
extern const struct aggregate user_aggregate;

void identity_evolve(struct fold *fold, const struct record *record);

/* False when there is no such account. */
bool user_load(const struct decision *decision, struct uuid user_id, struct user *out);

/* The account of an address, absent when there is none. */
struct uuid user_of_email(const struct decision *decision, struct bytes email_digest);

extern const struct refusal refused_sign_in_void;
extern const struct refusal refused_account_inactive;

#endif
