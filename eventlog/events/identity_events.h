/*
 * What happened to people and their sign-ins.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_IDENTITY_EVENTS_H
#define EVENTLOG_EVENTS_IDENTITY_EVENTS_H

#include "eventlog/event_type.h"

enum identity_event {
    EVT_USER_REGISTERED = 0x0201,
    EVT_USER_SIGNED_IN = 0x0202,
    EVT_SIGN_IN_FAILED = 0x0203
};

enum platform_role { ROLE_PLATFORM_ADMIN = 1, ROLE_USER = 2 };
extern const char *const platform_role_names[];

enum sign_in_failure { FAILURE_UNKNOWN = 1, FAILURE_PASSWORD = 2, FAILURE_INACTIVE = 3 };
extern const char *const sign_in_failure_names[];

/* An active account exists from now on (the first admin; stream: the user). */
struct user_registered {
    struct uuid user_id;
    struct personal email; /* COMPARED */
    struct personal name;
    struct personal password; /* PHC string of Argon2id, sealed like everything personal */
    struct choice role;
    struct text timezone; /* IANA name */
};

/* Stream: the user. */
struct user_signed_in {
    struct uuid user_id;
};

/* Outcome REFUSED. Stream: the user when known, else the attempt itself. Of an unknown person
 * only the digest of the address is kept. */
struct sign_in_failed {
    struct uuid user_id;
    struct bytes email_digest;
    struct choice failure;
};

extern const struct event_type user_registered_event;
extern const struct event_type user_signed_in_event;
extern const struct event_type sign_in_failed_event;
extern const struct event_type *const identity_event_types[];

#endif
