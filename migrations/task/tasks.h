/*
 * The tasks of agents, with their newest state.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_TASK_TASKS_H
#define MIGRATIONS_TASK_TASKS_H

#include "core/db/table.h"

struct task_row {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid node_id;
    struct uuid target_team_id;
    struct uuid template_id;
    struct text template_name;
    struct text type;
    struct opt_bool is_internal;
    struct json payload;
    struct enum_value status;
    struct json result;
    struct text output;
    struct opt_bool output_truncated;
    struct timestamp lease_until;
    struct uuid claimed_by;
    struct uuid claim_token;
    struct timestamp started_at;
    struct timestamp finished_at;
    struct timestamp cancel_requested_at;
    struct text cancel_reason;
    struct timestamp created_at;
    struct timestamp updated_at;
    struct timestamp output_dropped_at;
    int64_t template_version;   /* absent: none, or not known */
    struct uuid rolling_run_id; /* that made it; absent: none */
    struct text outcome;        /* what stands for its output where no agent ended it */
    int64_t revision;
    struct uuid text_id; /* what a search finds it by */
};
extern const struct shape task_row_shape;
extern const struct table tasks_table;

#endif
