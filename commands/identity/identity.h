/*
 * People: what deciding knows of an account.
 *
 *   (none) ──user_registered──────────────────────────► active ◄──user_updated──► inactive
 *   (none) ──user_created──► pending ──invitation_accepted─┘
 *   any of them ──user_deleted──► (none)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_IDENTITY_H
#define COMMANDS_IDENTITY_IDENTITY_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/identity/identity_lookup.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum identity_kind {
    STATE_USER = AREA_IDENTITY << AREA_SHIFT,
    STATE_MAILED_TOKEN,
    CLAIM_EMAIL,      /* keyed digest → user */
    CLAIM_INVITATION, /* token digest → invitation */
    CLAIM_RESET,      /* token digest → request for a new password */
    LINK_ADMIN,       /* UUID_NONE → active platform admin */
    STATE_FORMER_USER /* of a person whose account was deleted */
};

struct user {
    struct bytes email_digest;
    struct personal password;      /* box only */
    struct uuid password_event_id; /* that its box is bound to */
    struct enum_value role;
    struct opt_bool is_active;
    int64_t session_version;     /* raised by whatever ends all sessions */
    struct opt_bool is_accepted; /* no: the invitation waits */
    struct text timezone;
    struct opt_bool critical_event_emails_enabled;
    struct opt_bool enrollment_emails_enabled;
    struct uuid invitation_id; /* the one that may be accepted */
    struct uuid reset_id;      /* the one that may be used */
    struct timestamp resets_since;
    int64_t resets;         /* asked for since then */
    int64_t since_position; /* of the event that made the account */
};
extern const struct aggregate user_aggregate;

/* Nothing but that there was one: such a person may be erased later. */
struct former_user {
    struct timestamp deleted_at;
    int64_t since_position;
};
extern const struct aggregate former_user_aggregate;

void identity_evolve(struct fold *fold, const struct record *record);

/* False when there is no such account. */
bool user_load(const struct decision *decision, struct uuid user_id, struct user *out);

extern const struct refusal refused_sign_in_void;
extern const struct refusal refused_account_inactive;
extern const struct refusal refused_account_missing;
extern const struct refusal refused_email_taken;
extern const struct refusal refused_not_pending;
extern const struct refusal refused_last_admin;
extern const struct refusal refused_deactivating_self;
extern const struct refusal refused_downgrading_self;
extern const struct refusal refused_activating_pending;
extern const struct refusal refused_deleting_self;
extern const struct refusal refused_has_workspaces;
extern const struct refusal refused_has_teams;
extern const struct refusal refused_has_schedules;
extern const struct refusal refused_has_rolling_runs;
extern const struct refusal refused_password_pending;
extern const struct refusal refused_password_wrong;
extern const struct refusal refused_reset_inactive;

#endif
