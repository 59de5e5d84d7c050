/*
 * People: what deciding knows of an account.
 *
 *   (none) ──user_registered──────────────────────────► active ◄──user_updated──► inactive
 *   (none) ──user_created──► pending ──invitation_accepted─┘
 *   (none) ──service_account_created─────────────────► active
 *   (none) ──user_provisioned────────────────────────► active
 *   any of them ──user_deleted──► (none)
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_IDENTITY_IDENTITY_H
#define COMMANDS_IDENTITY_IDENTITY_H

#include "commands/command.h"
#include "commands/fold.h"
#include "commands/identity/identity_lookup.h"
#include "commands/timers.h"
#include "eventlog/events/identity_events.h"

/* Kinds of the area's keys in the write model; new ones go to the end. */
enum identity_kind {
    STATE_USER = AREA_IDENTITY << AREA_SHIFT,
    STATE_MAILED_TOKEN,
    CLAIM_EMAIL,       /* keyed digest → user */
    CLAIM_INVITATION,  /* token digest → invitation */
    CLAIM_RESET,       /* token digest → request for a new password */
    LINK_ADMIN,        /* UUID_NONE → active platform admin */
    STATE_FORMER_USER, /* of a person whose account was deleted */
    STATE_SESSION,
    LINK_SESSION,  /* user → their open session */
    TIMER_SESSION, /* when it ends, unless it is refreshed before */
    STATE_API_TOKEN,
    CLAIM_API_TOKEN, /* digest → token */
    LINK_API_TOKEN,  /* user → their token */
    TIMER_API_TOKEN, /* when it expires */
    STATE_PROVIDER,
    CLAIM_PROVIDER_SLUG, /* slug → provider */
    LINK_PROVIDER,       /* UUID_NONE → provider */
    CLAIM_IDENTITY,      /* keyed digest of provider and subject → user */
    LINK_IDENTITY,       /* user → provider that vouched for them */
    STATE_SIGN_IN_RULES,
    STATE_SECURITY_KEY,
    CLAIM_SECURITY_KEY,    /* keyed digest of the key's id → key */
    LINK_SECURITY_KEY,     /* user → their key */
    LINK_PROVIDER_SESSION, /* beginning of the digest of a provider's session → session */
    STATE_DEVICE,
    CLAIM_DEVICE, /* digest → device */
    LINK_DEVICE,  /* user → their device */
    TIMER_DEVICE, /* when it is trusted no more */
    STATE_DIRECTORY_GROUP,
    CLAIM_GROUP_VALUE,   /* digest of provider ‖ a name or external id → group */
    LINK_PROVIDER_GROUP, /* provider → group that its directory has */
    LINK_GROUP_MEMBER,   /* group → user */
    LINK_MEMBER_GROUP,   /* user → group */
    LINK_GROUP_SEATS     /* UUID_NONE → provider; value: members of all its groups */
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
    struct personal factor; /* box only: the secret of the second factor; absent: there is none */
    struct uuid factor_event_id;
    struct personal offered; /* the same of one that is not in use yet */
    struct uuid offered_event_id;
    int64_t
        sign_in_step; /* the newest step whose code opened a sign-in: none up to it is taken … */
    int64_t change_step;        /* … and that confirmed a change of the factor */
    struct bytes recovery;      /* digests of unused recovery codes, in a row */
    struct opt_bool is_service; /* nobody signs in: programs act for it */
    int64_t security_keys;      /* that sign-ins take */
    struct uuid
        role_provider_id; /* whose rules gave the role; absent: somebody did, and no rule touches it */
    struct opt_bool
        role_is_withheld; /* somebody changed or took one that a provider's rules had given */
    struct uuid off_provider_id; /* whose rules switched the account off; absent: somebody did */
    struct uuid
        directory_id; /* provider whose directory looks after the account; absent: none does */
    struct bytes external_digest; /* of its id there */
    struct opt_bool is_off_by_directory;
};
extern const struct aggregate user_aggregate;

/* Nothing but that there was one: such a person may be erased later. */
struct former_user {
    struct timestamp deleted_at;
    int64_t since_position;
};
extern const struct aggregate former_user_aggregate;

/* Is it this person's session that is open, or API token that is good? */
bool identity_is_open(const struct decision *decision, struct uuid id, struct uuid user_id);

extern const struct timer_kind identity_timers[];

/* Emits that an account is changed, and what ends with its role or its activity (update_user.c). */
void user_emit_updated(struct decision *decision, const struct user_updated *updated);

/* What holds of everybody's sign-ins (sign_in_rules.c); all of it absent until somebody says so. */
extern const struct aggregate sign_in_rules_aggregate; /* struct sign_in_rules */
bool sign_in_rules_need_factor(const struct decision *decision);
void sign_in_rules_fold(struct fold *fold, const struct record *record);

/* Folding (factor.c). */
void factor_fold(struct fold *fold, const struct record *record);

/* Of both changes of a second factor that is in use. Refused where the code was wrong, or taken before. */
struct change_factor;
extern const struct shape change_factor_shape;
enum status identity_factor_must_be_confirmed(
    const struct decision *decision, const struct change_factor *order, struct error *error);

/* Refused where the platform, or a workspace of theirs, requires a second factor. */
enum status identity_factor_must_not_be_needed(
    const struct decision *decision, struct uuid user_id, struct error *error);

void identity_evolve(struct fold *fold, const struct record *record);

/* Does a sign-in take a code; does it take a second factor at all? */
static inline bool user_has_code(const struct user *user)
{
    return bytes_are_present(user->factor.box);
}
static inline bool user_has_factor(const struct user *user)
{
    return user_has_code(user) || user->security_keys > 0;
}

/* Where this digest stands among the recovery codes; -1: nowhere. */
int64_t user_recovery_index(const struct user *user, struct bytes digest);

/* Whom an order is about that need not say so. */
static inline struct uuid user_or_caller(const struct decision *decision, struct uuid user_id)
{
    return uuid_is_present(user_id) ? user_id : decision->actor.id;
}

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
extern const struct refusal refused_factor_not_offered;
extern const struct refusal refused_factor_code;
extern const struct refusal refused_factor_off;
extern const struct refusal refused_factor_first;
extern const struct refusal refused_factor_required;
extern const struct refusal refused_code_wrong;
extern const struct refusal refused_recovery_wrong;
extern const struct refusal refused_challenge_void;
extern const struct refusal refused_token_missing;
extern const struct refusal refused_token_of_other;
extern const struct refusal refused_service_account;
extern const struct refusal refused_tokens_too_many;
extern const struct refusal refused_token_expiry;
extern const struct refusal refused_token_workspace;
extern const struct refusal refused_recovery_of_self;
extern const struct refusal refused_recovery_of_role;

#endif
