/*
 * Orders about terminals: by people, by agents, by the clock, and by the process that forwards.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_TERMINAL_TERMINAL_COMMANDS_H
#define COMMANDS_TERMINAL_TERMINAL_COMMANDS_H

#include "commands/timers.h"

/* What most of them answer: the session as it then is. */
struct terminal_view {
    struct uuid session_id; /* absent: there is none */
    struct enum_value status;
    int64_t cols;
    int64_t rows;
    int64_t seq; /* of the chunk that was recorded; absent: none was */
};
extern const struct shape terminal_view_shape;

struct create_terminal {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid node_id;      /* FROM_PATH */
    int64_t cols;
    int64_t rows;
    struct opt_bool run_as_root;
};
extern const struct command create_terminal_command;

/* An attachment is somebody's connection: the process names it, and says when it has ended. One that
 * attaches again, in another way, is what it was before no longer. */
enum terminal_mode { TERMINAL_CONTROL = 1, TERMINAL_WATCH = 2, TERMINAL_TAKE_OVER = 3 };
extern const char *const terminal_mode_names[];
struct attach_terminal {
    struct uuid session_id;
    struct uuid attachment_id; /* SERVER_SET */
    struct enum_value mode;    /* SERVER_SET, as the token says; absent: control */
    struct text reason;        /* of a take-over */
};
extern const struct command attach_terminal_command;

/* Question: may the caller attach in this way? Refused as attaching is, but for what others have. */
struct query_terminal_admission {
    struct uuid workspace_id; /* FROM_PATH */
    struct uuid session_id;   /* FROM_PATH */
    struct enum_value mode;   /* absent: control */
};
extern const struct command query_terminal_admission_command;

struct detach_terminal {
    struct uuid session_id;
    struct uuid attachment_id; /* SERVER_SET */
};
extern const struct command detach_terminal_command;

struct send_terminal_input {
    struct uuid session_id;
    struct uuid attachment_id; /* SERVER_SET */
    struct bytes payload;
};
extern const struct command send_terminal_input_command;

struct resize_terminal {
    struct uuid session_id;
    struct uuid attachment_id; /* SERVER_SET */
    int64_t cols;
    int64_t rows;
};
extern const struct command resize_terminal_command;

struct terminate_terminal {
    struct uuid workspace_id; /* FROM_PATH; absent on a socket */
    struct uuid session_id;   /* FROM_PATH on the route */
    struct text reason;
};
extern const struct command terminate_terminal_command;

/* What agents report begins with this, on the connection that speaks for their node. */
struct terminal_report {
    struct uuid node_id;    /* SERVER_SET */
    struct uuid connection; /* SERVER_SET */
    struct uuid session_id;
    struct timestamp timestamp;
    struct list altered; /* SERVER_SET: see struct shape.is_lenient */
};

struct report_terminal_opened {
    struct terminal_report report;
    int64_t cols;
    int64_t rows;
};
extern const struct command report_terminal_opened_command;

struct report_terminal_output {
    struct terminal_report report;
    struct enum_value direction;
    struct bytes payload;
};
extern const struct command report_terminal_output_command;

struct report_terminal_exited {
    struct terminal_report report;
    int64_t exit_code;
    struct text reason;
};
extern const struct command report_terminal_exited_command;

struct report_terminal_error {
    struct terminal_report report;
    struct text message;
};
extern const struct command report_terminal_error_command;

/* By the process: a frame did not reach the node's agent. */
enum terminal_delivery { DELIVERS_START = 1, DELIVERS_INPUT, DELIVERS_RESIZE, DELIVERS_STOP };
struct fail_terminal_delivery {
    struct uuid session_id;
    struct enum_value delivery;
};
extern const struct command fail_terminal_delivery_command;

/* By the process: attachments that earlier runs of the server had have ended; so many of them. */
struct release_attachments {
    int64_t most;
};
extern const struct command release_attachments_command;

/* By the clock, of a struct timer. */
extern const struct command time_out_terminal_command;
extern const struct command expire_transcript_command;

/* Question: a session whose transcript is to be dropped, and where its newest chunk stands. */
struct query_expired_transcript {
    struct uuid after; /* absent: the first */
};
struct expired_transcript {
    struct uuid session_id; /* absent: there is none */
    int64_t drop_size;      /* 0: nothing is dropped up to this session; ask for the next */
};
extern const struct command query_expired_transcript_command; /* answers `expired_transcript` */

/* By the process that has walked the chain of chunks from there: see terminal_transcript_dropped. */
struct drop_transcript {
    struct uuid session_id;
    struct list positions; /* of terminal.recorded, newest first */
    int64_t next_size;
};
extern const struct command drop_transcript_command;

extern const struct command *const terminal_commands[];
extern const struct refusal *const terminal_refusals[];
extern const struct timer_kind terminal_timers[];

#endif
