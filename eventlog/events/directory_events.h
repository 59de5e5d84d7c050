/*
 * What happened to accounts by the word of a directory that sends its people (SCIM 2.0, RFC 7644). The types are among
 * those of people (identity_events.h); its tokens are those of programs (session_events.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_DIRECTORY_EVENTS_H
#define EVENTLOG_EVENTS_DIRECTORY_EVENTS_H

#include "eventlog/event_type.h"

enum { DIRECTORY_LONGEST_EXTERNAL_ID = 256 };

/* The directory of a provider looks after an account from now on, under this id of its own. Stream: the user. */
struct directory_user_linked {
    struct uuid user_id;
    struct uuid provider_id;
    struct personal external_id;  /* absent: it has none, or the person was forgotten */
    struct bytes external_digest; /* keyed */
};

/* It does not any more. Stream: the user. */
struct directory_user_unlinked {
    struct uuid user_id;
    struct uuid provider_id;
};

extern const struct event_type directory_user_linked_event;
extern const struct event_type directory_user_unlinked_event;

#endif
