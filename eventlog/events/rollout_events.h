/*
 * What happened to rollouts: a release of the agent, brought to nodes. The stream of each is the rollout.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_ROLLOUT_EVENTS_H
#define EVENTLOG_EVENTS_ROLLOUT_EVENTS_H

#include "eventlog/event_type.h"
#include "eventlog/events/target_id.h"

enum rollout_event {
    EVT_ROLLOUT_CREATED = 0x0E01,
    EVT_ROLLOUT_DISPATCHED = 0x0E02,
    EVT_ROLLOUT_PROGRESSED = 0x0E03,
    EVT_ROLLOUT_CONFIRMED = 0x0E04,
    EVT_ROLLOUT_FAILED = 0x0E05,
    EVT_ROLLOUT_RETRIED = 0x0E06,
    EVT_ROLLOUT_SKIPPED = 0x0E07,
    EVT_ROLLOUT_RESUMED = 0x0E08,
    EVT_ROLLOUT_COMPLETED = 0x0E09,
    EVT_ROLLOUT_CANCELLED = 0x0E0A,
    EVT_ROLLOUT_HELD = 0x0E0B
};

enum rollout_status {
    ROLLOUT_QUEUED = 1, /* nothing was begun yet */
    ROLLOUT_RUNNING = 2,
    ROLLOUT_PAUSED = 3, /* by a failure */
    ROLLOUT_COMPLETED = 4,
    ROLLOUT_CANCELLED = 5
};
extern const char *const rollout_status_names[];

/* Those from dispatched to reconnecting are active, in the order that an update goes through them. */
enum update_status {
    UPDATE_PENDING = 1,
    UPDATE_DISPATCHED = 2,
    UPDATE_DOWNLOADING = 3,
    UPDATE_VERIFYING = 4,
    UPDATE_INSTALLING = 5,
    UPDATE_RESTARTING = 6,
    UPDATE_RECONNECTING = 7,
    UPDATE_COMPLETED = 8,
    UPDATE_FAILED = 9,
    UPDATE_SKIPPED = 10,
    UPDATE_CANCELLED = 11
};
extern const char *const update_status_names[];

static inline bool rollout_target_is_active(struct enum_value status)
{
    return status.is >= UPDATE_DISPATCHED && status.is <= UPDATE_RECONNECTING;
}
static inline bool rollout_target_is_over(struct enum_value status)
{
    return status.is >= UPDATE_COMPLETED;
}

/* Why a target failed. */
enum update_failure {
    UPDATE_FAILURE_REPORTED = 1, /* by its agent */
    UPDATE_FAILURE_TASK = 2,     /* its task failed or was cancelled */
    UPDATE_FAILURE_SILENCE = 3,  /* nothing was heard for too long */
    UPDATE_FAILURE_REFUSED = 4   /* its node cannot be updated now */
};
extern const char *const update_failure_names[];

enum { ROLLOUT_MOST_TARGETS = 1000, ROLLOUT_LONGEST_VERSION = 80, ROLLOUT_LONGEST_MESSAGE = 1000 };

/* The program for one architecture, as the catalogue had it. */
struct rollout_artifact {
    struct text arch; /* "amd64", "arm64" */
    struct text binary_url;
    struct text sha256;
};
extern const struct shape rollout_artifact_shape;

/* A node as it was then. */
struct rollout_node {
    struct uuid workspace_id;
    struct uuid team_id;
    struct text name;
    struct text previous_version;
};
extern const struct shape rollout_node_shape;

/* Its targets are the nodes, in this order, by target_id_of(). All of the release that matters later stands here. */
struct rollout_created {
    struct uuid rollout_id;
    struct text target_version;
    struct opt_bool rollback;
    struct text commit;
    struct list artifacts; /* of struct rollout_artifact */
    struct list node_ids;  /* of UUIDs */
    struct list nodes;     /* of struct rollout_node: what they are called, in the same order */
    int64_t canary;        /* targets of the first wave; 0: as many as of any other */
    int64_t wave_size;
    int64_t most_failures;
    int64_t pause_seconds; /* from the end of a wave to the next; absent: none */
};

/* A task was made for a target. */
struct rollout_dispatched {
    struct uuid rollout_id;
    struct uuid target_id;
    struct uuid node_id;
    struct uuid task_id;
};

/* The agent tells how far it has come. */
struct rollout_progressed {
    struct uuid rollout_id;
    struct uuid target_id;
    struct enum_value status; /* enum update_status, an active one */
    int64_t progress_percent;
    struct text message; /* absent: that of before stays */
    struct list altered; /* of struct alteration: what could not be taken as it came */
};

/* The node's agent has shown that it is of the version. */
struct rollout_confirmed {
    struct uuid rollout_id;
    struct uuid target_id;
    struct uuid node_id;
};

struct rollout_failed {
    struct uuid rollout_id;
    struct uuid target_id;
    struct uuid node_id;
    struct enum_value cause; /* enum update_failure */
    struct text message;
    struct opt_bool pauses; /* the rollout: nothing is dispatched any more */
    struct list altered;    /* of struct alteration */
};

/* It is pending again; or left out. `goes_on`: so does the rollout. */
struct rollout_retried {
    struct uuid rollout_id;
    struct uuid target_id;
    struct opt_bool goes_on;
};
struct rollout_skipped {
    struct uuid rollout_id;
    struct uuid target_id;
    struct opt_bool goes_on;
};

struct rollout_resumed {
    struct uuid rollout_id;
};
struct rollout_completed {
    struct uuid rollout_id;
};

/* Tasks that have not ended are stopped, each by an event of its own. */
struct rollout_cancelled {
    struct uuid rollout_id;
    struct list target_ids; /* of UUIDs: those that were not over */
};

/* A wave was to begin. It is looked at again later. */
struct rollout_held {
    struct uuid rollout_id;
    struct timestamp until;
    struct text window;       /* that is open; absent: it pauses between two waves */
    struct uuid workspace_id; /* whose window that is */
};

extern const struct event_type rollout_created_event;
extern const struct event_type rollout_dispatched_event;
extern const struct event_type rollout_progressed_event;
extern const struct event_type rollout_confirmed_event;
extern const struct event_type rollout_failed_event;
extern const struct event_type rollout_retried_event;
extern const struct event_type rollout_skipped_event;
extern const struct event_type rollout_resumed_event;
extern const struct event_type rollout_completed_event;
extern const struct event_type rollout_cancelled_event;
extern const struct event_type rollout_held_event;
extern const struct event_type *const rollout_event_types[];

#endif
