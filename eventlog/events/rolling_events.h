/*
 * What happened to rolling runs: work for many nodes, done in waves. The stream of each is the run. What happens to
 * thousands of targets at once is one event that lists them; the tasks that are made for them have events of their own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_ROLLING_EVENTS_H
#define EVENTLOG_EVENTS_ROLLING_EVENTS_H

#include "eventlog/event_type.h"
#include "eventlog/events/target_id.h"

enum rolling_event {
    EVT_ROLLING_RUN_CREATED = 0x0D01,
    EVT_ROLLING_RUN_WAVE_BEGUN = 0x0D02,
    EVT_ROLLING_RUN_COUNTED = 0x0D03,
    EVT_ROLLING_RUN_PAUSED = 0x0D04,
    EVT_ROLLING_RUN_STOPPED = 0x0D05,
    EVT_ROLLING_RUN_RESUMED = 0x0D06,
    EVT_ROLLING_RUN_RETRIED = 0x0D07,
    EVT_ROLLING_RUN_SKIPPED = 0x0D08,
    EVT_ROLLING_RUN_COMPLETED = 0x0D09,
    EVT_ROLLING_RUN_CANCELLED = 0x0D0A,
    EVT_ROLLING_RUN_HELD = 0x0D0B
};

enum rolling_status {
    ROLLING_RUNNING = 1,
    ROLLING_PAUSING = 2, /* between two waves */
    ROLLING_STOPPED = 3,
    ROLLING_COMPLETED = 4,
    ROLLING_CANCELLED = 5
};
extern const char *const rolling_status_names[];

enum target_status {
    TARGET_PENDING = 1,
    TARGET_ACTIVE = 2,
    TARGET_SUCCEEDED = 3,
    TARGET_FAILED = 4,
    TARGET_NOT_REACHED = 5,
    TARGET_SKIPPED = 6,
    TARGET_CANCELLED = 7
};
extern const char *const target_status_names[];

/* Why a target failed or was not reached. */
enum target_reason {
    TARGET_NO_REASON = 0,
    TARGET_TASK_FAILED = 1,
    TARGET_TASK_TIMED_OUT = 2,
    TARGET_TASK_ABANDONED = 3,
    TARGET_TASK_CANCELLED = 4, /* by somebody, on its own */
    TARGET_NOT_CLAIMED = 5,    /* in the time that the run gives */
    TARGET_NODE_REMOVED = 6,
    TARGET_NODE_IN_MAINTENANCE = 7,
    TARGET_REFUSED = 8 /* the node may not do this work: `detail` says why */
};
extern const char *const target_reason_names[];

enum rolling_stop { STOPPED_BY_FAILURES = 1, STOPPED_ON_REQUEST = 2, STOPPED_OWNER_LEFT = 3 };
extern const char *const rolling_stop_names[];

enum rolling_cancellation {
    ROLLING_CANCELLED_ON_REQUEST = 1,
    ROLLING_CANCELLED_WORKSPACE_DELETED = 2
};
extern const char *const rolling_cancellation_names[];

enum {
    ROLLING_LONGEST_NAME = 160,
    ROLLING_LONGEST_REASON = 500,
    ROLLING_PAYLOAD_BYTES = 64 << 10,
    ROLLING_MOST_TARGETS = TARGET_NUMBERS
};

/* Its targets are the nodes, in this order. What they are to do is settled here, whatever becomes of the template. */
struct rolling_run_created {
    struct uuid run_id;
    struct uuid workspace_id;
    struct uuid owner_user_id;
    struct text name;
    struct text type;
    struct json payload;
    struct uuid template_id;
    struct text template_name;
    int64_t template_version; /* absent: no template */
    struct uuid target_team_id;
    struct text target_team_name;
    struct list node_ids; /* of UUIDs */
    int64_t canary;       /* targets of the first wave; 0: none */
    int64_t wave_size;
    int64_t wave_share; /* per cent that it was made from; absent: none */
    int64_t pause_seconds;
    int64_t most_failures;
    int64_t reach_seconds; /* that a task may wait for its agent */
    struct text selector;  /* that matched them; absent: none did */
    struct uuid selection_id;
    struct text selection_name;
};

struct rolling_target_begun {
    struct uuid target_id;
    struct uuid task_id;
};
extern const struct shape rolling_target_begun_shape;

struct rolling_target_ended {
    struct uuid target_id;
    struct enum_value status; /* enum target_status: succeeded, failed, not reached or cancelled */
    struct enum_value
        reason; /* enum target_reason; absent: it succeeded, or the run was cancelled */
    struct text detail;
};
extern const struct shape rolling_target_ended_shape;

struct rolling_run_wave_begun {
    struct uuid run_id;
    struct opt_bool is_canary;
    struct list begun; /* of struct rolling_target_begun */
    struct list ended; /* of struct rolling_target_ended: those that no task could be made for */
    struct timestamp reach_at; /* when it is looked whose task still waits; absent: there is none */
    int64_t number;            /* of the wave, from 1 */
};

/* Tasks have ended, or were not claimed in time. */
struct rolling_run_counted {
    struct uuid run_id;
    struct list ended;         /* of struct rolling_target_ended */
    struct timestamp reach_at; /* as above, from now on */
};

struct rolling_run_paused {
    struct uuid run_id;
    struct timestamp until;
};

/* No wave begins while a window of its workspace is open. */
struct rolling_run_held {
    struct uuid run_id;
    struct text window;
    struct timestamp until;
};

/* No wave begins any more; tasks that were made go on. */
struct rolling_run_stopped {
    struct uuid run_id;
    struct enum_value cause; /* enum rolling_stop */
    struct text reason;      /* as whoever stopped it says */
};

struct rolling_run_resumed {
    struct uuid run_id;
    struct text reason;
};

/* These had failed or were not reached, and are pending again. */
struct rolling_run_retried {
    struct uuid run_id;
    struct list target_ids;  /* of UUIDs */
    struct opt_bool goes_on; /* from now on: else it stays as it is */
    struct text reason;
    int64_t failed; /* of these; the others were not reached */
};

struct rolling_run_skipped {
    struct uuid run_id;
    struct list target_ids; /* of UUIDs */
    struct text reason;
};

struct rolling_run_completed {
    struct uuid run_id;
    int64_t succeeded;
    int64_t failed;
    int64_t not_reached;
    int64_t skipped;
};

/* Its tasks that have not ended are cancelled, each by an event of its own. */
struct rolling_run_cancelled {
    struct uuid run_id;
    struct list target_ids;  /* of UUIDs: those that were pending */
    struct enum_value cause; /* enum rolling_cancellation */
    struct text reason;
};

extern const struct event_type rolling_run_created_event;
extern const struct event_type rolling_run_wave_begun_event;
extern const struct event_type rolling_run_counted_event;
extern const struct event_type rolling_run_paused_event;
extern const struct event_type rolling_run_stopped_event;
extern const struct event_type rolling_run_resumed_event;
extern const struct event_type rolling_run_retried_event;
extern const struct event_type rolling_run_skipped_event;
extern const struct event_type rolling_run_completed_event;
extern const struct event_type rolling_run_cancelled_event;
extern const struct event_type rolling_run_held_event;
extern const struct event_type *const rolling_event_types[];

#endif
