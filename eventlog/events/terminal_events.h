/*
 * What happened to terminals: shells that people use through agents. The stream of each is the
 * session.
 *
 * The transcript is made of chunks, numbered densely: what was typed and shown, and what befell the
 * session. A chunk of bytes is two events of one command, next to each other: terminal.recorded has
 * the bytes, which may be dropped when their time is over; terminal.counted says where they stand and
 * how many they are, and stays. So nothing but the bytes is lost with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_TERMINAL_EVENTS_H
#define EVENTLOG_EVENTS_TERMINAL_EVENTS_H

#include "eventlog/event_type.h"

enum terminal_event {
    EVT_TERMINAL_CREATED = 0x0701,
    EVT_TERMINAL_OPENED = 0x0702,
    EVT_TERMINAL_RESIZED = 0x0703,
    EVT_TERMINAL_RECORDED = 0x0704,
    EVT_TERMINAL_COUNTED = 0x0705,
    EVT_TERMINAL_CONTROLLER_ATTACHED = 0x0706,
    EVT_TERMINAL_CONTROLLER_DETACHED = 0x0707,
    EVT_TERMINAL_CONTROL_TAKEN = 0x0708,
    EVT_TERMINAL_WATCHER_JOINED = 0x0709,
    EVT_TERMINAL_WATCHER_LEFT = 0x070A,
    EVT_TERMINAL_TERMINATION_REQUESTED = 0x070B,
    EVT_TERMINAL_STOP_REPEATED = 0x070C,
    EVT_TERMINAL_CLOSED = 0x070D,
    EVT_TERMINAL_FAILED = 0x070E,
    EVT_TERMINAL_TRANSCRIPT_EXPIRED = 0x070F,
    EVT_TERMINAL_TRANSCRIPT_DROPPED = 0x0710,
    EVT_TERMINAL_TRANSCRIPT_WITHHELD = 0x0711
};

enum terminal_status {
    TERMINAL_PENDING = 1,
    TERMINAL_OPEN = 2,
    TERMINAL_TERMINATING = 3,
    TERMINAL_CLOSED = 4,
    TERMINAL_FAILED = 5
};
extern const char *const terminal_status_names[];

enum terminal_direction {
    TERMINAL_STDIN = 1,
    TERMINAL_STDOUT = 2,
    TERMINAL_STDERR = 3,
    TERMINAL_SYSTEM = 4
};
extern const char *const terminal_direction_names[];

/* Why somebody is attached no longer. */
enum terminal_detachment {
    DETACHED_LEFT = 1,     /* they said so, or their connection ended */
    DETACHED_RESTARTED = 2 /* the server was */
};
extern const char *const terminal_detachment_names[];

/* Why a session is to end. */
enum terminal_cause {
    TERMINATION_BY_USER = 1,
    TERMINATION_OVERFLOW = 2,  /* the transcript is as long as it may be */
    TERMINATION_UNATTENDED = 3 /* nobody has been in control of it for too long */
};
extern const char *const terminal_cause_names[];

/* Who or what ended it. */
enum terminal_end {
    TERMINAL_ENDED_BY_AGENT = 1,
    TERMINAL_ENDED_UNDELIVERED = 2, /* the agent could not be reached */
    TERMINAL_ENDED_OVERDUE = 3,     /* the agent did not answer in time */
    TERMINAL_ENDED_AGENT_RESTARTED = 4,
    TERMINAL_ENDED_NODE_REMOVED = 5
};
extern const char *const terminal_end_names[];

/* The agent is to start it. */
struct terminal_created {
    struct uuid session_id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid user_id; /* who created it */
    struct text hostname;
    int64_t cols;
    int64_t rows;
    struct opt_bool run_as_root;
    struct timestamp retention_expires_at; /* of its transcript */
};

/* `said_at` is the agent's clock, here as everywhere; absent where it did not say. */
struct terminal_opened {
    struct uuid session_id;
    int64_t cols;
    int64_t rows;
    struct timestamp said_at;
};

struct terminal_resized {
    struct uuid session_id;
    struct uuid node_id;
    int64_t cols;
    int64_t rows;
    struct opt_bool is_open; /* the agent is told; before, it takes the size when it opens */
};

/* Bytes that were typed (stdin), or written. The body may be dropped. */
struct terminal_recorded {
    struct uuid session_id;
    struct uuid node_id;
    struct uuid chunk_id;
    int64_t seq;
    struct enum_value direction;
    struct bytes data;
    struct timestamp said_at;
};

/* Follows terminal_recorded at once. */
struct terminal_counted {
    struct uuid session_id;
    struct uuid chunk_id;
    int64_t seq;
    struct enum_value direction;
    int64_t bytes;
    struct timestamp said_at;
    struct uuid attachment_id; /* of whoever typed */
    int64_t
        previous_size; /* ledger size at which the chunk of bytes before was recorded; 0: none */
};

/* `boot` is the run of the server that has the attachment: with it the attachment ends. */
struct terminal_controller_attached {
    struct uuid session_id;
    struct uuid attachment_id;
    struct uuid user_id;
    int64_t generation;
    struct uuid boot;
};

struct terminal_controller_detached {
    struct uuid session_id;
    struct uuid attachment_id;
    struct uuid user_id;
    struct enum_value detachment;
};

/* Control passes from one attachment to another: whoever had it is told, and watches no longer. */
struct terminal_control_taken {
    struct uuid session_id;
    struct uuid attachment_id;
    struct uuid user_id;
    int64_t generation;
    struct uuid boot;
    struct uuid former_attachment_id;
    struct uuid former_user_id;
    struct text reason;
};

struct terminal_watcher_joined {
    struct uuid session_id;
    struct uuid attachment_id;
    struct uuid user_id;
    struct uuid boot;
};

struct terminal_watcher_left {
    struct uuid session_id;
    struct uuid attachment_id;
    struct uuid user_id;
    struct enum_value detachment;
};

/* The agent is to stop it. */
struct terminal_termination_requested {
    struct uuid session_id;
    struct uuid node_id;
    struct enum_value cause;
    struct text reason; /* of a user; absent: none given */
    struct uuid user_id;
};

/* The agent is to stop it, told again: it opened what was to end, or has ended. */
struct terminal_stop_repeated {
    struct uuid session_id;
    struct uuid node_id;
    struct text reason;
};

struct terminal_closed {
    struct uuid session_id;
    struct uuid node_id;
    struct enum_value end;
    struct text reason;
    int64_t exit_code; /* absent: not known */
    struct timestamp said_at;
    struct list altered; /* of struct alteration */
};

struct terminal_failed {
    struct uuid session_id;
    struct uuid node_id;
    struct enum_value end;
    struct text reason;
    struct timestamp said_at;
    struct list altered; /* of struct alteration */
};

/* Its transcript is shown to nobody any more, and its bytes will be dropped. */
struct terminal_transcript_expired {
    struct uuid session_id;
};

/* The bodies at these positions, all of terminal.recorded and of this stream, are dropped. */
struct terminal_transcript_dropped {
    struct uuid session_id;
    struct text rule;      /* name of the setting that says how long they are kept */
    struct list positions; /* falling */
    int64_t next_size;     /* ledger size of the next chunk to drop; 0: there is none */
};

/* The bytes that are left of it are not dropped, because a legal hold is over some of them. */
struct terminal_transcript_withheld {
    struct uuid session_id;
    struct uuid hold_id;
    struct text rule; /* that the setting gave way to */
};

extern const struct event_type terminal_created_event;
extern const struct event_type terminal_opened_event;
extern const struct event_type terminal_resized_event;
extern const struct event_type terminal_recorded_event;
extern const struct event_type terminal_counted_event;
extern const struct event_type terminal_controller_attached_event;
extern const struct event_type terminal_controller_detached_event;
extern const struct event_type terminal_control_taken_event;
extern const struct event_type terminal_watcher_joined_event;
extern const struct event_type terminal_watcher_left_event;
extern const struct event_type terminal_termination_requested_event;
extern const struct event_type terminal_stop_repeated_event;
extern const struct event_type terminal_closed_event;
extern const struct event_type terminal_failed_event;
extern const struct event_type terminal_transcript_expired_event;
extern const struct event_type terminal_transcript_dropped_event;
extern const struct event_type terminal_transcript_withheld_event;
extern const struct event_type *const terminal_event_types[];

#endif
