/*
 * Rolling runs: work for many nodes, done in waves.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_ROLLING_ROLLING_RUNS_H
#define MIGRATIONS_ROLLING_ROLLING_RUNS_H

#include "core/db/table.h"
#include "eventlog/events/rolling_events.h"

struct rolling_run_row {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid owner_user_id;
    struct text name;
    struct enum_value status;
    struct text type;
    struct json payload;
    struct uuid template_id;
    struct text template_name;
    int64_t template_version;
    struct uuid target_team_id;
    struct text target_team_name;
    struct text selector;     /* that matched its targets; absent: none did */
    struct uuid selection_id; /* that it was saved as */
    struct text selection_name;
    int64_t canary;
    int64_t wave_size;
    int64_t wave_share;
    int64_t pause_seconds;
    int64_t most_failures;
    int64_t reach_seconds;
    int64_t targets; /* all of them; the next seven add up to it */
    int64_t pending;
    int64_t active;
    int64_t succeeded;
    int64_t failed;
    int64_t not_reached;
    int64_t skipped;
    int64_t cancelled;
    int64_t waves; /* that have begun */
    struct timestamp paused_until;
    struct text held_by;          /* the window that it pauses for; absent: none */
    struct enum_value stopped_by; /* enum rolling_stop; absent: it is not stopped */
    struct text reason;           /* that was given for the last thing that was done with it */
    struct timestamp created_at;
    struct timestamp updated_at;
    struct timestamp ended_at; /* completed or cancelled */
    int64_t revision;
};
extern const struct shape rolling_run_row_shape;
extern const struct table rolling_runs_table;

#endif
