/*
 * What happened to accounts by the word of a directory that sends its people (SCIM 2.0, RFC 7644). The types are among
 * those of people (identity_events.h); its tokens are those of programs (session_events.h).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_DIRECTORY_EVENTS_H
#define EVENTLOG_EVENTS_DIRECTORY_EVENTS_H

#include "eventlog/event_type.h"

enum {
    DIRECTORY_LONGEST_EXTERNAL_ID = 256,
    DIRECTORY_LONGEST_GROUP_NAME = 256,
    DIRECTORY_MOST_MEMBERS = 10000 /* of a group */
};

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

/* A directory has a group from now on: its name, and its id there, are what rules of the provider are about. Stream: the group. */
struct directory_group_created {
    struct uuid group_id;
    struct uuid provider_id;
    struct text display_name;
    struct text external_id; /* absent: it has none */
    struct list members;     /* ids of people, each once */
};

/* It is called this from now on, and these have come and gone. Stream: the group. */
struct directory_group_changed {
    struct uuid group_id;
    struct uuid provider_id;
    struct text display_name;
    struct text external_id; /* absent: it has none */
    struct list added;       /* ids of people who were not in it, each once */
    struct list removed;
};

/* It is gone, and nobody is in it. Stream: the group. */
struct directory_group_deleted {
    struct uuid group_id;
    struct uuid provider_id;
};

extern const struct event_type directory_user_linked_event;
extern const struct event_type directory_user_unlinked_event;
extern const struct event_type directory_group_created_event;
extern const struct event_type directory_group_changed_event;
extern const struct event_type directory_group_deleted_event;

#endif
