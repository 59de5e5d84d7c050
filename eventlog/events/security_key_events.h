/*
 * What happened to security keys, by which people sign in. Their types are among those of people (identity_events.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_SECURITY_KEY_EVENTS_H
#define EVENTLOG_EVENTS_SECURITY_KEY_EVENTS_H

#include "eventlog/event_type.h"

/* Its boxes are opened by these tags. */
enum { SECURITY_KEY_ID_TAG = 4, SECURITY_KEY_PUBLIC_TAG = 6 };

enum {
    SECURITY_KEYS_OF_USER = 20,
    SECURITY_KEY_LONGEST_NAME = 120,
    SECURITY_KEY_LONGEST_ID = 1364,     /* 1023 bytes, in Base64url */
    SECURITY_KEY_LONGEST_PUBLIC = 1366, /* 1024 */
    SECURITY_KEY_TRANSPORTS = 8
};

/* Signing in takes it, or another factor, from now on; all sessions ended. Stream: the user. */
struct security_key_added {
    struct uuid user_id;
    struct uuid key_id;
    struct personal name;           /* that its owner gave it */
    struct personal credential;     /* the key's own id, in Base64url */
    struct bytes credential_digest; /* keyed: no key is somebody else's, too */
    struct personal public_key;     /* COSE, in Base64url */
    int64_t algorithm;              /* as COSE numbers them */
    int64_t count;                  /* of its signatures; 0: it counts none */
    struct list transports;         /* texts: how browsers reach it */
    struct bytes recovery; /* digests of recovery codes, in a row, for who had none; else absent */
};

/* It opened a sign-in, or confirmed a change. Stream: the user. */
struct security_key_used {
    struct uuid user_id;
    struct uuid key_id;
    int64_t count;
    struct timestamp challenged_at; /* no challenge up to that is taken again */
};

/* Signing in takes it no more; all sessions ended. Stream: the user. */
struct security_key_removed {
    struct uuid user_id;
    struct uuid key_id;
    struct opt_bool is_last; /* the password is enough again */
};

extern const struct event_type security_key_added_event;
extern const struct event_type security_key_used_event;
extern const struct event_type security_key_removed_event;

#endif
