/*
 * The table of tasks, as other projectors look at it, and the projectors of the area.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_TASK_TASKS_H
#define PROJECTIONS_TASK_TASKS_H

#include "projections/projector.h"

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
    struct uuid claimed_by; /* node */
    struct uuid claim_token;
    struct timestamp started_at;
    struct timestamp finished_at;
    struct timestamp cancel_requested_at;
    struct text cancel_reason;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};

extern const struct table tasks_table;
extern const struct projector tasks_projector;
extern const struct projector task_logs_projector;

#endif
