/*
 * What happened to upgrades: this program becomes another release of itself, in two steps that people order one after
 * the other. The stream of each step is the upgrade.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_UPGRADE_EVENTS_H
#define EVENTLOG_EVENTS_UPGRADE_EVENTS_H

#include "eventlog/event_type.h"

enum upgrade_event {
    EVT_UPGRADE_DOWNLOAD_REQUESTED = 0x0F01,
    EVT_UPGRADE_APPLY_REQUESTED = 0x0F02,
    EVT_UPGRADE_COMPLETED = 0x0F03,
    EVT_UPGRADE_FAILED = 0x0F04
};

enum upgrade_step {
    UPGRADE_DOWNLOAD = 1, /* the program is fetched, checked, and lies ready */
    UPGRADE_APPLY = 2     /* it runs in place of the other one */
};
extern const char *const upgrade_step_names[];

/* What became of the program before, where a step failed. */
enum upgrade_rollback {
    UPGRADE_ROLLBACK_NOT_NEEDED = 1, /* it ran all the time */
    UPGRADE_ROLLBACK_SUCCEEDED = 2   /* it runs again */
};
extern const char *const upgrade_rollback_names[];

enum { UPGRADE_LONGEST_ERROR = 500 };

/* A release of this program, as its catalogue had it. */
struct upgrade_requested {
    struct uuid upgrade_id;
    struct text version;
    struct text release_id;  /* the commit that it was made from: what it is known by */
    struct text released_at; /* as its publisher says it */
    struct text sha256;      /* of the program for this machine, in hexadecimal */
    struct text binary_url;
};
extern const struct shape upgrade_requested_shape;

struct upgrade_download_requested {
    struct upgrade_requested is;
};
struct upgrade_apply_requested {
    struct upgrade_requested is;
};

struct upgrade_completed {
    struct uuid upgrade_id;
    struct enum_value step;
    struct text release_id;
    struct text version;
    struct timestamp began_at; /* absent: nobody knows any more */
};

struct upgrade_failed {
    struct uuid upgrade_id;
    struct enum_value step;
    struct text release_id;
    struct text version;
    struct timestamp began_at; /* absent: it did not, or nobody knows any more */
    struct text error;
    struct enum_value rollback;
};

extern const struct event_type upgrade_download_requested_event;
extern const struct event_type upgrade_apply_requested_event;
extern const struct event_type upgrade_completed_event;
extern const struct event_type upgrade_failed_event;
extern const struct event_type *const upgrade_event_types[];

#endif
