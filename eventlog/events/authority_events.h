/*
 * What happened to who may rule the installation: whether roles need the signature of a product root key, and what such keys
 * have signed (eventlog/manifest.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_AUTHORITY_EVENTS_H
#define EVENTLOG_EVENTS_AUTHORITY_EVENTS_H

#include "eventlog/event_type.h"

enum authority_event {
    EVT_AUTHORITY_DECLARED = 0x1101,
    EVT_OWNER_ACTIVATED = 0x1102,
    EVT_ROLE_GRANTED = 0x1103,
    EVT_ROLE_GRANT_ENDED = 0x1104,
    EVT_ROOT_ROTATED = 0x1105
};

enum authority_mode {
    AUTHORITY_LEGACY = 1, /* the role that an account has is enough */
    AUTHORITY_STRICT = 2  /* it counts with a grant that is signed, and not without */
};
extern const char *const authority_mode_names[];

enum role_grant_end {
    GRANT_EXPIRED = 1,
    GRANT_REVOKED = 2,
    GRANT_REPLACED = 3 /* by another one of the same person */
};
extern const char *const role_grant_end_names[];

enum { AUTHORITY_LONGEST_ENVELOPE = 16384, AUTHORITY_MOST_ROOTS = 8 };

/* The settings of a start say something else than those before. Stream: the installation. */
struct authority_declared {
    struct uuid installation_id;
    struct enum_value mode;
    struct bytes root_key; /* that settings name; absent: none */
    struct opt_bool
        replaces; /* no rotation led to that key: it takes the place of all before it, and their grants' power */
};

/* Once in the life of an installation. Stream: the installation. */
struct owner_activated {
    struct uuid installation_id;
    struct uuid user_id;
    struct uuid grant_id; /* absent: without a manifest, where that was allowed */
};

/* The role counts from now on, if the account has it. Stream: the user. */
struct role_granted {
    struct uuid user_id;
    struct uuid grant_id;
    struct enum_value role;
    struct timestamp not_before;
    struct timestamp expires_at; /* absent: never */
    int64_t serial;
    struct text reason;
    struct bytes root_key;    /* that signed it */
    struct personal envelope; /* as it was signed: a role-grant, or the owner's activation */
};

/* Stream: the user. */
struct role_grant_ended {
    struct uuid user_id;
    struct uuid grant_id;
    struct enum_value end;
    struct text reason;       /* absent: it follows */
    struct bytes root_key;    /* that signed the revocation; absent: an admin revoked it */
    struct personal envelope; /* the revocation as it was signed; absent likewise */
};

/* Another key signs. Stream: the installation. */
struct root_rotated {
    struct uuid installation_id;
    struct bytes root_key; /* the new one */
    struct bytes former_key;
    struct timestamp former_until; /* what that signs is taken until then */
    struct text envelope;          /* as the former key signed it */
};

extern const struct event_type authority_declared_event;
extern const struct event_type owner_activated_event;
extern const struct event_type role_granted_event;
extern const struct event_type role_grant_ended_event;
extern const struct event_type root_rotated_event;
extern const struct event_type *const authority_event_types[];

#endif
