/*
 * Schedules: what makes tasks again and again. Clients know them as scheduled tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_SCHEDULE_SCHEDULES_H
#define MIGRATIONS_SCHEDULE_SCHEDULES_H

#include "core/db/table.h"
#include "eventlog/events/schedule_events.h"

struct schedule_row {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid target_team_id;
    struct uuid template_id;
    struct text template_name;
    struct uuid owner_user_id;
    struct text name;
    struct text command;
    struct json parameters;
    struct opt_bool run_as_root;
    struct enum_value cadence;
    int64_t minute;
    int64_t hour;
    int64_t day_of_week;
    int64_t interval_minutes;
    struct text cron;
    struct text timezone;
    struct enum_value timezone_source;
    struct opt_bool enabled;
    struct timestamp next_run_at;
    struct timestamp last_run_at;
    struct uuid last_run_task_id;
    struct text last_error;
    struct timestamp created_at;
    struct timestamp updated_at;
    struct timestamp
        sorted_by; /* next_run_at; where that is absent, later than any: last where it is off */
    int64_t revision;
    struct text selector;
    struct uuid selection_id;
    struct timestamp held_until; /* it is due, and not before then; absent: it is not held back */
    struct text held_by;         /* the window that is open */
};
extern const struct shape schedule_row_shape;
extern const struct table schedules_table;

#endif
