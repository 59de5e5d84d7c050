/*
 * What happened to devices that people trust. Their types are among those of people (identity_events.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_DEVICE_EVENTS_H
#define EVENTLOG_EVENTS_DEVICE_EVENTS_H

#include "eventlog/event_type.h"

enum { DEVICES_OF_USER = 20, DEVICE_LONGEST_NAME = 120 };

enum device_end {
    DEVICE_ENDED = 1,     /* by its person */
    DEVICE_WITHDRAWN = 2, /* by an admin */
    DEVICE_EXPIRED = 3,
    DEVICE_ACCESS_CHANGED = 4 /* password, second factor, role or activity of its person */
};
extern const char *const device_end_names[];

/* With the password, its token is enough for a sign-in from now on. Stream: the user. */
struct device_trusted {
    struct uuid user_id;
    struct uuid device_id;
    struct bytes digest;  /* SHA-256 of the token */
    struct personal name; /* that its owner gave it */
    struct timestamp trusted_until;
};

/* Their tokens are good for nothing any more. Stream: the user. */
struct devices_ended {
    struct uuid user_id;
    struct list device_ids;
    struct enum_value end;
};

extern const struct event_type device_trusted_event;
extern const struct event_type devices_ended_event;

#endif
