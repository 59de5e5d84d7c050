/*
 * Orders about schedules: by operators, by the clock.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef COMMANDS_SCHEDULE_SCHEDULE_COMMANDS_H
#define COMMANDS_SCHEDULE_SCHEDULE_COMMANDS_H

#include "commands/command.h"
#include "commands/timers.h"

/* What is to be run and when, whatever for. */
struct schedule_order {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route: the default one */
    struct text name;
    struct text command;
    struct uuid template_id;
    struct json parameters;
    struct opt_bool run_as_root;
    struct enum_value cadence;
    int64_t minute;
    int64_t hour;
    int64_t day_of_week;
    int64_t interval_minutes;
    struct text cron;
    struct text timezone; /* absent: the workspace's */
    int64_t given;        /* fields that were given, null or not, as bits */
};

/* For a node, or for a team, which goes first; or for what a selector matches when it runs, or a selection. */
struct create_schedule {
    struct schedule_order order;
    struct uuid node_id;
    struct uuid team_id;
    struct text selector;
    struct uuid selection_id;
};
extern const struct command create_schedule_command;

/* One for each node, or none at all. */
struct create_schedule_batch {
    struct schedule_order order;
    struct list node_ids; /* of UUIDs */
};
extern const struct command create_schedule_batch_command;

/* Questions: when would it run, when will it? Both answer `schedule_preview`. */
extern const struct command preview_schedule_command; /* of a struct create_schedule */
struct query_next_runs {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
    int64_t count;
};
extern const struct command query_next_runs_command;

struct next_run {
    struct timestamp run_at;
    struct text local_time; /* "2026-03-29T03:30:00+02:00" */
    struct text held_by;    /* the window of the workspace that is open then; absent: none is */
};
struct schedule_preview {
    struct text label; /* "Every day at 03:30 Europe/Berlin" */
    struct text timezone;
    struct list runs; /* of struct next_run */
};
extern const struct shape schedule_preview_shape;

struct switch_schedule {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
    struct opt_bool enabled;
};
extern const struct command switch_schedule_command;

struct delete_schedule {
    struct uuid workspace_id; /* FROM_PATH; absent on the platform-wide route */
    struct uuid id;           /* FROM_PATH */
};
extern const struct command delete_schedule_command;

/* By the clock, of a struct timer: it is due. */
extern const struct command run_schedule_command;

extern const struct command *const schedule_commands[];
extern const struct refusal *const schedule_refusals[];
extern const struct timer_kind schedule_timers[];

#endif
