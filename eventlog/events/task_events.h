/*
 * What happened to tasks. The stream of each is the task, but for what befalls many at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef EVENTLOG_EVENTS_TASK_EVENTS_H
#define EVENTLOG_EVENTS_TASK_EVENTS_H

#include "eventlog/event_type.h"

enum task_event {
    EVT_TASK_CREATED = 0x0501,
    EVT_TASK_CLAIMED = 0x0502,
    EVT_TASK_REQUEUED = 0x0503,
    EVT_TASK_STARTED = 0x0504,
    EVT_TASK_LOGGED = 0x0505,
    EVT_TASK_COMPLETED = 0x0506,
    EVT_TASK_CANCEL_REQUESTED = 0x0507,
    EVT_TASK_CANCELLED = 0x0508,
    EVT_TASK_TIMED_OUT = 0x0509,
    EVT_TASK_TEAM_RUN_CREATED = 0x050A,
    EVT_TASK_ABANDONED = 0x050B,
    EVT_TASK_RETIRED = 0x050C,
    EVT_TASK_REPORTED = 0x050D,
    EVT_TASK_OUTPUT_DROPPED = 0x050E,
    EVT_TASK_OUTPUT_WITHHELD = 0x050F,
    EVT_TASK_SELECTION_RUN_CREATED = 0x0510
};

enum task_status {
    TASK_QUEUED = 1,
    TASK_ACCEPTED = 2,
    TASK_CLAIMED = 3, /* of older agents; nothing sets it any more */
    TASK_RUNNING = 4,
    TASK_SUCCESS = 5,
    TASK_FAILED = 6,
    TASK_CANCELLED = 7
};
extern const char *const task_status_names[];

enum task_requeue { REQUEUE_LEASE_EXPIRED = 1, REQUEUE_RELEASED = 2 };
extern const char *const task_requeue_names[];

/* Why nobody runs a task any more that was running. */
enum task_abandonment {
    ABANDONED_NODE_REMOVED = 1,
    ABANDONED_WORKSPACE_DELETED = 2,
    ABANDONED_AGENT_RESTARTED = 3
};
extern const char *const task_abandonment_names[];

enum log_level_name {
    TASK_LOG_INFO = 1,
    TASK_LOG_STDOUT = 2,
    TASK_LOG_STDERR = 3,
    TASK_LOG_ERROR = 4
};
extern const char *const task_log_level_names[];

/* A secret that a task is to be given, by its name, in a variable of its environment. */
struct task_secret {
    struct text variable;
    struct text secret;
};
extern const struct shape task_secret_shape;

struct task_created {
    struct uuid task_id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid target_team_id;
    struct uuid template_id;
    struct text template_name;
    struct text type;
    struct json payload;
    struct opt_bool is_internal;
    int64_t
        template_version; /* of the template, as it was then; absent: none was named, or an older record */
    struct uuid rolling_run_id;    /* that made it; absent: none */
    struct uuid rolling_target_id; /* of that run: the node */
    struct list secrets; /* of struct task_secret: what its payload refers to; absent: none */
};

/* An agent took it: status accepted. */
struct task_claimed {
    struct uuid task_id;
    struct uuid node_id;
    struct uuid claim_token;
    struct timestamp lease_until;
};

/* It waits again. */
struct task_requeued {
    struct uuid task_id;
    struct uuid node_id;
    struct enum_value reason;
};

struct task_started {
    struct uuid task_id;
    struct timestamp started_at;
    struct opt_bool is_by_agent; /* by the agent's clock; else by ours */
};

struct task_log_line {
    struct enum_value level;
    struct text message;
    struct timestamp timestamp; /* by the agent's clock, absent if it did not say */
};
extern const struct shape task_log_line_shape;

/* Output of a running task, gathered; the body may be dropped. */
struct task_logged {
    struct uuid task_id;
    struct list lines;   /* of struct task_log_line */
    struct list altered; /* of struct alteration: what could not be taken as it came */
};

/* What its agent told of a task at its end, right before that; the body may be dropped. */
struct task_reported {
    struct uuid task_id;
    struct json result;
    struct text output; /* at most 8,000 characters; absent: the last log line stands */
    struct opt_bool is_output_truncated;
};

struct task_completed {
    struct uuid task_id;
    struct enum_value status; /* success, failed or cancelled */
    /* As of task_reported, where no such event stands before it: older records. */
    struct json result;
    struct text output;
    struct opt_bool is_output_truncated;
    struct timestamp started_at; /* where it is to be another than was recorded at the start */
    struct timestamp finished_at;
    struct list altered;               /* of struct alteration */
    struct timestamp said_finished_at; /* by the agent's clock, if it said so */
};

/* A running task goes on until its agent has seen this. */
struct task_cancel_requested {
    struct uuid task_id;
    struct text reason;
};

/* Before it ran: it never will. */
struct task_cancelled {
    struct uuid task_id;
    struct text reason;
};

struct task_timed_out {
    struct uuid task_id;
    struct enum_value previous_status; /* queued or running */
    struct timestamp started_at; /* where it is to be another than was recorded at the start */
};

/* A running task has no agent any more that could end it. */
struct task_abandoned {
    struct uuid task_id;
    struct enum_value reason;    /* enum task_abandonment */
    struct timestamp started_at; /* as of task_timed_out */
};

/* The bodies at these positions, all of task_logged or task_reported and of this stream, are dropped; read models show
 * no output of the task any more. */
struct task_output_dropped {
    struct uuid task_id;
    struct text rule;      /* the setting that says how long bodies are kept */
    struct list positions; /* of int64_t, rising; none where all is in an older task_completed */
    struct timestamp ended_at; /* recorded-at of its end */
    struct opt_bool is_last;   /* nothing is left to drop */
};

/* What is left of its output is not dropped, because a legal hold is over it. */
struct task_output_withheld {
    struct uuid task_id;
    struct uuid hold_id;
    struct text rule; /* hold */
};

/* Tasks were made for the nodes of a team; each of them has a task_created of its own. The stream
 * is the run. */
struct task_team_run_created {
    struct uuid run_id;
    struct uuid workspace_id;
    struct uuid team_id;
    struct text team_name;
    struct text type;
    struct list task_ids; /* of UUIDs */
};

/* The same for nodes that a selector matched, as it was then. */
struct task_selection_run_created {
    struct uuid run_id;
    struct uuid workspace_id;
    struct text selector;
    struct uuid selection_id; /* absent: it was not saved */
    struct text selection_name;
    struct text type;
    struct list task_ids; /* of UUIDs */
};

/* Tasks that ended long ago left the write model: whoever orders something about them is answered from
 * their events. The stream is the installation. */
struct task_retired {
    struct text rule;     /* the setting that says how long after their ends */
    struct list task_ids; /* of UUIDs */
};

extern const struct event_type task_created_event;
extern const struct event_type task_claimed_event;
extern const struct event_type task_requeued_event;
extern const struct event_type task_started_event;
extern const struct event_type task_logged_event;
extern const struct event_type task_reported_event;
extern const struct event_type task_completed_event;
extern const struct event_type task_cancel_requested_event;
extern const struct event_type task_cancelled_event;
extern const struct event_type task_timed_out_event;
extern const struct event_type task_team_run_created_event;
extern const struct event_type task_selection_run_created_event;
extern const struct event_type task_abandoned_event;
extern const struct event_type task_retired_event;
extern const struct event_type task_output_dropped_event;
extern const struct event_type task_output_withheld_event;
extern const struct event_type *const task_event_types[];

#endif
