/*
 * Orders about tasks: by operators, by agents, by the clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TASK_TASK_COMMANDS_H
#define COMMANDS_TASK_TASK_COMMANDS_H

#include "commands/node/node_lookup.h"
#include "commands/timers.h"

struct create_task {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid node_id;
    struct text type;
    struct json payload;
    struct uuid template_id;
};
extern const struct command create_task_command; /* answers `task_state_view` */

/* One task for each node, or none at all. */
struct create_task_batch {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct list node_ids;     /* of UUIDs: these nodes … */
    struct text type;
    struct json payload;
    struct uuid template_id;
    struct text selector;     /* … or those that it matches and that are in no maintenance … */
    struct uuid selection_id; /* … or that this one does */
};
extern const struct command create_task_batch_command;

/* One task for each node of a team that is in no maintenance. */
struct create_team_tasks {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid team_id;      /* FROM_PATH */
    struct text type;
    struct json payload;
    struct uuid template_id;
};
extern const struct command create_team_tasks_command;

/* Tasks from a template, for exactly one of: a node, nodes, a team, what a selector matches, or a selection. */
struct run_template {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid template_id;  /* FROM_PATH */
    struct uuid node_id;
    struct list node_ids; /* of UUIDs */
    struct uuid team_id;
    struct json parameters; /* values by names */
    struct text selector;
    struct uuid selection_id;
};
extern const struct command run_template_command;

struct cancel_task {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
    struct text reason;
};
extern const struct command cancel_task_command; /* answers `task_state_view` */

/* The state of a task, small; payload, result, output and cancel reason are read from the bodies
 * at these positions when it is rendered. Positions are sizes (position + 1), 0: none. */
struct task_state_view {
    struct uuid id; /* absent: no task */
    struct uuid workspace_id;
    struct uuid node_id;
    struct enum_value status;
    struct timestamp lease_until;
    struct uuid claim_token;
    struct timestamp started_at;
    struct timestamp finished_at;
    struct timestamp cancel_requested_at;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t created_size;                /* task_created: type, payload, template */
    int64_t output_size;                 /* task_logged whose last line is the output */
    int64_t reported_size;               /* task_reported: result and output */
    int64_t completed_size;              /* task_completed, task_cancelled or task_timed_out */
    int64_t cancelled_size;              /* task_cancel_requested or task_cancelled: the reason */
    struct timestamp running_since;      /* by our clock */
    struct opt_bool is_started_by_agent; /* `started_at` is by the agent's */
    struct timestamp output_dropped_at;  /* then there is neither result nor output of its agent */
    struct uuid rolling_target_id; /* whoever rolls it out is told of its end; absent: nobody */
};
extern const struct shape task_state_view_shape;

struct claim_task {
    struct uuid node_id;            /* SERVER_SET, from the headers */
    struct bytes credential_digest; /* SERVER_SET */
    int64_t max_tasks;
    int64_t wait_ms;
    struct list capabilities;
    const struct root_access_report *root_access; /* see node_lookup.h */
    struct text start;                            /* of the agent; absent: not said */
    struct list altered;
    struct opt_bool is_pushed; /* SERVER_SET: sent to the agent, which has not asked */
    struct uuid after;         /* SERVER_SET, of a task: it and older ones are not to be sent */
};
struct claim_answer {
    struct task_state_view const *task; /* NULL: nothing to do */
    struct enum_value root_profile;     /* wanted */
    struct timestamp root_updated_at;
    struct list secrets; /* of struct secret_delivery: what the task is given */
};
extern const struct command claim_task_command; /* answers `claim_answer` */

/* A claim whose connection is gone when its answer is due. */
struct release_task {
    struct uuid task_id;
    struct uuid claim_token;
};
extern const struct command release_task_command;

/* The agent's reports: node and credential from the headers, the task from the path, and the same
 * id again in the body, if it is there (PATH_ECHO). */
struct accept_task {
    struct uuid node_id;            /* SERVER_SET */
    struct bytes credential_digest; /* SERVER_SET */
    struct uuid task_id;            /* FROM_PATH | PATH_ECHO */
    struct timestamp timestamp;
    struct list altered;
    struct opt_bool is_pushed; /* SERVER_SET */
};
extern const struct command accept_task_command;

struct start_task {
    struct uuid node_id;
    struct bytes credential_digest;
    struct uuid task_id;
    struct timestamp timestamp;
    struct list altered;
    struct opt_bool is_pushed; /* SERVER_SET */
};
extern const struct command start_task_command; /* answers `task_state_view` */

struct log_line_input {
    struct text stream;
    struct text line;
    struct timestamp timestamp;
};
extern const struct shape log_line_input_shape;

struct log_task {
    struct uuid node_id;
    struct bytes credential_digest;
    struct uuid task_id;
    struct text stream;
    struct text line;
    struct timestamp timestamp;
    struct list lines; /* of log_line_input, beside or instead of the single one */
    struct list altered;
};
struct log_answer {
    struct uuid id; /* of the (first) line's row */
    struct uuid task_id;
    struct enum_value level;
    struct text message;
    struct timestamp timestamp;
    struct timestamp created_at;
};
extern const struct command log_task_command; /* answers `log_answer` */

struct complete_task {
    struct uuid node_id;
    struct bytes credential_digest;
    struct uuid task_id;
    struct enum_value status; /* as sent: success, failed, cancelled, canceled, timeout */
    struct json result;
    struct text output;
    int64_t exit_code;
    struct text error;
    struct timestamp timestamp;
    int64_t duration_ms;
    struct list altered;       /* SERVER_SET, as in all reports: see struct shape.is_lenient */
    struct opt_bool is_pushed; /* SERVER_SET */
};
extern const struct command complete_task_command; /* answers `task_state_view` */

/* Question: does the operator want it stopped? */
struct query_control {
    struct uuid node_id;
    struct bytes credential_digest;
    struct uuid task_id;
};
struct control_answer {
    struct uuid task_id;
    struct enum_value status;
    struct opt_bool cancel_requested;
    struct timestamp cancel_requested_at;
    int64_t cancelled_size; /* where the reason stands; rendered as cancelReason */
};
extern const struct command query_control_command; /* answers `control_answer` */

/* By the clock, of a struct timer: a claim that was not started in time waits again; what waited or
 * ran for too long has failed. */
extern const struct command expire_lease_command;
extern const struct command time_out_task_command;

/* Tasks that ended longer ago than the policy says leave the write model, those that ended first before the
 * others. Where there are none it emits nothing. */
struct retire_tasks {
    int64_t most; /* of them, up to 1,000 */
};
extern const struct command retire_tasks_command;
/* Question: whose output is to be dropped? Answers `due_output`. Tasks whose output a hold is known to withhold are
 * passed over while that is in place. */
struct query_due_output {
    const struct timer *after; /* that was looked at last; NULL to start */
};
struct due_output {
    struct list timers;       /* of struct timer: a task, and when its end was recorded */
    const struct timer *last; /* go on after this one; NULL: no more is due */
};
extern const struct command query_due_output_command;

/* By the process that has found the positions: see task_output_dropped. */
struct drop_task_output {
    struct uuid task_id;
    struct timestamp ended_at; /* when its end was recorded */
    struct list positions;     /* of int64_t, rising */
    struct opt_bool is_last;
};
extern const struct command drop_task_output_command;

extern const struct command *const task_commands[];
extern const struct refusal *const task_refusals[];
extern const struct timer_kind task_timers[];

#endif
