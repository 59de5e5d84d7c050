/*
 * What happened to people and their sign-ins.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_IDENTITY_EVENTS_H
#define EVENTLOG_EVENTS_IDENTITY_EVENTS_H

#include "eventlog/event_type.h"
#include "eventlog/events/device_events.h"
#include "eventlog/events/directory_events.h"
#include "eventlog/events/provider_events.h"
#include "eventlog/events/security_key_events.h"
#include "eventlog/events/session_events.h"

enum identity_event {
    EVT_USER_REGISTERED = 0x0201,
    EVT_USER_SIGNED_IN = 0x0202,
    EVT_SIGN_IN_FAILED = 0x0203,
    EVT_USER_CREATED = 0x0204,
    EVT_USER_INVITED = 0x0205,
    EVT_INVITATION_ACCEPTED = 0x0206,
    EVT_USER_UPDATED = 0x0207,
    EVT_USER_DELETED = 0x0208,
    EVT_PREFERENCES_CHANGED = 0x0209,
    EVT_PASSWORD_CHANGED = 0x020A,
    EVT_PASSWORD_RESET_REQUESTED = 0x020B,
    EVT_PASSWORD_RESET = 0x020C,
    EVT_FACTOR_OFFERED = 0x020D,
    EVT_FACTOR_ENABLED = 0x020E,
    EVT_FACTOR_USED = 0x020F,
    EVT_RECOVERY_CODES_REPLACED = 0x0210,
    EVT_FACTOR_DISABLED = 0x0211,
    EVT_SESSION_REFRESHED = 0x0212,
    EVT_SESSIONS_ENDED = 0x0213,
    EVT_API_TOKEN_CREATED = 0x0214,
    EVT_API_TOKEN_USED = 0x0215,
    EVT_API_TOKENS_ENDED = 0x0216,
    EVT_SERVICE_ACCOUNT_CREATED = 0x0217,
    EVT_PROVIDER_CREATED = 0x0218,
    EVT_PROVIDER_CHANGED = 0x0219,
    EVT_PROVIDER_DELETED = 0x021A,
    EVT_IDENTITY_VOUCHED = 0x021B,
    EVT_USER_PROVISIONED = 0x021C,
    EVT_SIGN_IN_RULES_CHANGED = 0x021D,
    EVT_SECURITY_KEY_ADDED = 0x021E,
    EVT_SECURITY_KEY_USED = 0x021F,
    EVT_SECURITY_KEY_REMOVED = 0x0220,
    EVT_DEVICE_TRUSTED = 0x0221,
    EVT_DEVICES_ENDED = 0x0222,
    EVT_PROVIDER_RULES_SET = 0x0223,
    EVT_DIRECTORY_USER_LINKED = 0x0224,
    EVT_DIRECTORY_USER_UNLINKED = 0x0225,
    EVT_DIRECTORY_GROUP_CREATED = 0x0226,
    EVT_DIRECTORY_GROUP_CHANGED = 0x0227,
    EVT_DIRECTORY_GROUP_DELETED = 0x0228
};

/* Every event that sets a password keeps it under this tag, so that its box opens by the shape of
 * any of them. */
enum { PASSWORD_TAG = 4, FACTOR_SECRET_TAG = 2 };

enum platform_role {
    ROLE_PLATFORM_ADMIN = 1,
    ROLE_USER = 2,
    ROLE_PLATFORM_AUDITOR = 3,
    ROLE_PLATFORM_RECOVERY_ADMIN = 4
};
extern const char *const platform_role_names[];

enum sign_in_failure {
    FAILURE_UNKNOWN = 1,
    FAILURE_PASSWORD = 2,
    FAILURE_INACTIVE = 3,
    FAILURE_FACTOR = 4,
    FAILURE_KEY = 5,
    FAILURE_KEY_COPIED = 6
};
extern const char *const sign_in_failure_names[];

/* An active account exists from now on (the first admin; stream: the user). */
struct user_registered {
    struct uuid user_id;
    struct personal email; /* with a digest */
    struct personal name;
    struct personal password; /* PHC string of Argon2id, sealed like everything personal */
    struct enum_value role;
    struct text timezone; /* IANA name */
};

/* A session is open from now on. Stream: the user. Those of before there were sessions say nothing but who. */
struct user_signed_in {
    struct uuid user_id;
    struct uuid session_id;
    struct enum_value method;
    struct timestamp ends_at;       /* whatever happens */
    struct timestamp idle_ends_at;  /* unless it is used before; never after the other */
    struct opt_bool is_refreshable; /* was refresh token 1 given? */
    struct uuid provider_id;        /* that vouched for them; absent: none did */
    struct bytes provider_session;  /* keyed digest of its own session; absent: it named none */
    struct uuid device_id;          /* trusted, that stood for a second factor; absent: none did */
    struct opt_bool is_recovery;    /* of a recovery administrator, as the role counted then */
};

/* Outcome REFUSED. Stream: the user when known, else the attempt itself. Of an unknown person
 * only the digest of the address is kept. */
struct sign_in_failed {
    struct uuid user_id;
    struct bytes email_digest;
    struct enum_value failure;
};

/* A pending account exists from now on; it becomes active by accepting an invitation. Stream: the
 * user. */
struct user_created {
    struct uuid user_id;
    struct personal email; /* with a digest */
    struct personal name;
    struct enum_value role;
    struct text timezone;
};

/* A new invitation; those before it are void. Its token is HMAC(token key, "invite" ‖ invitation
 * id). Stream: the user. */
struct user_invited {
    struct uuid user_id;
    struct uuid invitation_id;
    struct bytes token_digest; /* SHA-256 of the token */
    struct timestamp expires_at;
    struct opt_bool is_again; /* not the first one */
};

/* The account is active, all sessions ended. Stream: the user. */
struct invitation_accepted {
    struct uuid user_id;
    struct uuid invitation_id;
    struct personal password; /* tag PASSWORD_TAG */
};

/* An admin, or the rules of a provider, changed an account: what is absent stays as it was. A role or activity that is there did
 * change, and all sessions ended. Stream: the user. */
struct user_updated {
    struct uuid user_id;
    struct personal email; /* with a digest */
    struct personal name;
    struct enum_value role;
    struct opt_bool is_active;
    struct uuid provider_id; /* whose rules did; absent: somebody did */
};

/* The account is gone and its address free again; what it did stays on record. Stream: the user. */
struct user_deleted {
    struct uuid user_id;
};

/* What is absent stays as it was. Stream: the user. */
struct preferences_changed {
    struct uuid user_id;
    struct text timezone;
    struct opt_bool critical_event_emails_enabled;
    struct opt_bool enrollment_emails_enabled;
};

/* By its owner; all sessions ended. Stream: the user. */
struct password_changed {
    struct uuid user_id;
    struct personal password; /* tag PASSWORD_TAG */
};

/* Somebody forgot their password; requests before this one are void. The token is HMAC(token key,
 * "reset" ‖ reset id). Stream: the user. */
struct password_reset_requested {
    struct uuid user_id;
    struct uuid reset_id;
    struct bytes token_digest; /* SHA-256 of the token */
    struct timestamp expires_at;
};

/* By whoever holds the mailed token; all sessions ended. Stream: the user. */
struct password_reset {
    struct uuid user_id;
    struct uuid reset_id;
    struct personal password; /* tag PASSWORD_TAG */
};

/* Recovery codes, as keyed digests in a row. */
enum { RECOVERY_CODES = 8, RECOVERY_DIGEST_SIZE = 32 };

/* A secret that codes can be made from, for a second factor; nothing is asked for by it yet. The one before is void.
 * Stream: the user. */
struct factor_offered {
    struct uuid user_id;
    struct personal secret; /* Base32 */
};

/* Signing in takes a code from now on, of the secret that was offered last; all sessions ended. Stream: the user. */
struct factor_enabled {
    struct uuid user_id;
    struct bytes recovery; /* digests of its codes, in a row */
};

/* It opened a sign-in: a code, or a recovery code, which is used up. Stream: the user. */
struct factor_used {
    struct uuid user_id;
    int64_t step;          /* of the code; absent: a recovery code */
    struct bytes recovery; /* its digest */
};

/* Other ones in the place of all recovery codes; all sessions ended. Stream: the user. */
struct recovery_codes_replaced {
    struct uuid user_id;
    int64_t
        step; /* of the code that confirmed it, or the last one before where a security key did */
    struct bytes recovery;
};

/* No code is asked for any more, and no second factor at all unless there are security keys; all sessions ended. Stream:
 * the user. */
struct factor_disabled {
    struct uuid user_id;
    int64_t step; /* of the code that confirmed it; absent: by whoever holds the machine */
    struct opt_bool leaves_keys; /* which are still asked for; absent: there are none */
};

/* What holds of everybody's sign-ins is something else from now on. Stream: the installation. */
struct sign_in_rules_changed {
    struct uuid installation_id;
    struct opt_bool second_factor_required; /* of everybody who is no service account */
};

extern const struct event_type user_registered_event;
extern const struct event_type user_signed_in_event;
extern const struct event_type sign_in_failed_event;
extern const struct event_type user_created_event;
extern const struct event_type user_invited_event;
extern const struct event_type invitation_accepted_event;
extern const struct event_type user_updated_event;
extern const struct event_type user_deleted_event;
extern const struct event_type preferences_changed_event;
extern const struct event_type password_changed_event;
extern const struct event_type password_reset_requested_event;
extern const struct event_type password_reset_event;
extern const struct event_type factor_offered_event;
extern const struct event_type factor_enabled_event;
extern const struct event_type factor_used_event;
extern const struct event_type recovery_codes_replaced_event;
extern const struct event_type factor_disabled_event;
extern const struct event_type sign_in_rules_changed_event;
extern const struct event_type *const identity_event_types[];

#endif
