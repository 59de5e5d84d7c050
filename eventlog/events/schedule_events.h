/*
 * What happened to schedules: orders that make tasks again and again. The stream of each is the schedule.
 * When it is due next stands in every event that moves it, so that nothing is computed from a calendar again
 * when events are folded: calendars change.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_SCHEDULE_EVENTS_H
#define EVENTLOG_EVENTS_SCHEDULE_EVENTS_H

#include "core/time/recurrence.h"
#include "eventlog/event_type.h"

enum schedule_event {
    EVT_SCHEDULE_CREATED = 0x0B01,
    EVT_SCHEDULE_ENABLED = 0x0B02,
    EVT_SCHEDULE_DISABLED = 0x0B03,
    EVT_SCHEDULE_RETIMED = 0x0B04,
    EVT_SCHEDULE_DELETED = 0x0B05,
    EVT_SCHEDULE_SKIPPED = 0x0B06,
    EVT_SCHEDULE_RAN = 0x0B07,
    EVT_SCHEDULE_FAILED = 0x0B08,
    EVT_SCHEDULE_HELD = 0x0B09
};

/* Whose time zone it goes by: its workspace's, whatever that becomes, or the one it was given. */
enum timezone_source { TIMEZONE_OF_WORKSPACE = 1, TIMEZONE_FIXED = 2 };
extern const char *const timezone_source_names[];

enum schedule_disabling { DISABLED_ON_REQUEST = 1, DISABLED_OWNER_LEFT = 2 };
extern const char *const schedule_disabling_names[];

enum schedule_deletion {
    SCHEDULE_DELETED_ON_REQUEST = 1,
    SCHEDULE_DELETED_NODE_REMOVED = 2,
    SCHEDULE_DELETED_WORKSPACE_DELETED = 3
};
extern const char *const schedule_deletion_names[];

enum schedule_holding { HELD_BY_WINDOW = 1 };
extern const char *const schedule_holding_names[];

enum { SCHEDULE_LONGEST_NAME = 160, SCHEDULE_LONGEST_COMMAND = 16384 };

/* It makes tasks for a node, or for the nodes of a team; of a command, or of a template as that then is. */
struct schedule_created {
    struct uuid schedule_id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid target_team_id;
    struct text target_team_name;
    struct uuid template_id;
    struct text template_name;
    struct uuid owner_user_id;
    struct text name;
    struct text command;    /* absent: the template says what is run … */
    struct json parameters; /* … with these values */
    struct opt_bool run_as_root;
    const struct recurrence *recurrence;
    struct enum_value timezone_source;
    struct timestamp next_run_at;
    struct text selector;     /* for the nodes that it matches when it runs; or … */
    struct uuid selection_id; /* … that this selection then does */
    struct text selection_name;
};

struct schedule_enabled {
    struct uuid schedule_id;
    struct timestamp next_run_at;
};

struct schedule_disabled {
    struct uuid schedule_id;
    struct enum_value reason; /* enum schedule_disabling */
};

/* Its workspace has another time zone. */
struct schedule_retimed {
    struct uuid schedule_id;
    struct text timezone;
    struct timestamp next_run_at; /* absent: it is disabled */
};

struct schedule_deleted {
    struct uuid schedule_id;
    struct enum_value reason; /* enum schedule_deletion */
    struct text name;         /* what it was, for whoever is told */
    struct uuid node_id;
    struct uuid target_team_id;
};

/* It was due several times before anybody looked: it runs once, for the last of them. */
struct schedule_skipped {
    struct uuid schedule_id;
    int64_t count;            /* of times that it does not run for */
    struct opt_bool has_more; /* than were counted */
    struct timestamp since;   /* the first of them, and the last that was counted */
    struct timestamp until;
};

struct schedule_ran {
    struct uuid schedule_id;
    struct timestamp due_at;
    struct list task_ids; /* of UUIDs; none where its team has no node that could take work */
    struct timestamp next_run_at;
    struct text selector; /* that its nodes were found by, as it was then; absent: by none */
};

/* Nothing was made for this time. */
struct schedule_failed {
    struct uuid schedule_id;
    struct timestamp due_at;
    struct text code; /* of the refusal, for programs; and for people */
    struct text reason;
    struct timestamp next_run_at;
};

/* It stays due, and is looked at again then. */
struct schedule_held {
    struct uuid schedule_id;
    struct timestamp due_at;
    struct enum_value reason; /* enum schedule_holding */
    struct text window;       /* name of the one that is open */
    struct timestamp until;
};

extern const struct event_type schedule_created_event;
extern const struct event_type schedule_enabled_event;
extern const struct event_type schedule_disabled_event;
extern const struct event_type schedule_retimed_event;
extern const struct event_type schedule_deleted_event;
extern const struct event_type schedule_skipped_event;
extern const struct event_type schedule_ran_event;
extern const struct event_type schedule_failed_event;
extern const struct event_type schedule_held_event;
extern const struct event_type *const schedule_event_types[];

#endif
