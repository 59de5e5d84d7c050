/*
 * What happened to sessions of people, and to tokens for programs. Their types are among those of people
 * (identity_events.h), as a sign-in opens a session.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_SESSION_EVENTS_H
#define EVENTLOG_EVENTS_SESSION_EVENTS_H

#include "eventlog/event_type.h"

/* What opened a session. */
enum sign_in_method {
    BY_PASSWORD = 1,
    BY_CODE = 2,
    BY_RECOVERY_CODE = 3,
    BY_PROVIDER = 4,
    BY_SECURITY_KEY = 5,
    BY_TRUSTED_DEVICE = 6 /* and the password, as with a code */
};
extern const char *const sign_in_method_names[];

enum session_end {
    SESSION_SIGNED_OUT = 1,     /* by its person */
    SESSION_WITHDRAWN = 2,      /* by an admin */
    SESSION_EXPIRED = 3,        /* unused for too long, or old */
    SESSION_REFRESH_USED = 4,   /* one of its refresh tokens came twice */
    SESSION_ACCESS_CHANGED = 5, /* password, second factor, role or activity of its person */
    SESSION_PROVIDER_LOGOUT = 6 /* the provider that vouched for them says that they signed out */
};
extern const char *const session_end_names[];

/* Its refresh token was used, and another one given. Stream: the user. */
struct session_refreshed {
    struct uuid user_id;
    struct uuid session_id;
    int64_t refresh; /* number of the one that was given */
    struct timestamp idle_ends_at;
};

enum { SESSIONS_PER_EVENT = 500 };

/* One of a person's sessions, or several at once. Stream: the user. */
struct sessions_ended {
    struct uuid user_id;
    struct list session_ids;
    struct enum_value end;
};

/* What a program may do with a token: never more than its owner. */
enum token_scope {
    TOKEN_READ = 1,     /* read what members of a workspace read */
    TOKEN_WORK = 2,     /* and do what members do */
    TOKEN_ADMIN = 3,    /* whatever its owner may, but for what people sign in by */
    TOKEN_DIRECTORY = 4 /* of a provider: what /scim/v2 has, and nothing else */
};
extern const char *const token_scope_names[];

enum token_end {
    TOKEN_ENDED = 1,     /* by its owner */
    TOKEN_WITHDRAWN = 2, /* by an admin */
    TOKEN_EXPIRED = 3,
    TOKEN_OWNER_GONE = 4 /* deactivated or deleted */
};
extern const char *const token_end_names[];

enum { API_TOKENS_OF_USER = 100, API_TOKEN_WORKSPACES = 50, API_TOKEN_NETWORKS = 255 };

/* A program may call on behalf of a person, a service account, or the directory of a provider, from now on. Stream: the
 * owner. */
struct api_token_created {
    struct uuid user_id; /* of a directory: the provider, here and below */
    struct uuid token_id;
    struct bytes digest; /* SHA-256 of the token */
    struct text name;
    struct enum_value scope;
    struct list workspace_ids; /* that it is good in; none: everywhere */
    struct text
        networks; /* that it may come from: "10.0.0.0/8, 192.0.2.7"; absent: from anywhere */
    struct timestamp expires_at;
};

/* Said of one token once in an hour at most. Stream: the user. */
struct api_token_used {
    struct uuid user_id;
    struct uuid token_id;
};

/* Stream: the user. */
struct api_tokens_ended {
    struct uuid user_id;
    struct list token_ids;
    struct enum_value end;
};

/* What an account is that is no person's. */
enum user_kind { USER_SERVICE_ACCOUNT = 1 };
extern const char *const user_kind_names[];

/* An active account that nobody signs in to: programs act for it by tokens. Stream: the account, a user. */
struct service_account_created {
    struct uuid user_id;
    struct text name;
};

extern const struct event_type session_refreshed_event;
extern const struct event_type sessions_ended_event;
extern const struct event_type api_token_created_event;
extern const struct event_type api_token_used_event;
extern const struct event_type api_tokens_ended_event;
extern const struct event_type service_account_created_event;

#endif
