/*
 * The targets of rolling runs: the nodes, and how far each has come.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_ROLLING_ROLLING_TARGETS_H
#define MIGRATIONS_ROLLING_ROLLING_TARGETS_H

#include "core/db/table.h"
#include "eventlog/events/rolling_events.h"

struct rolling_target_row {
    struct uuid id;
    struct uuid rolling_run_id;
    struct uuid workspace_id;
    struct uuid node_id;
    int64_t number; /* from 0: their order */
    struct enum_value status;
    struct enum_value reason; /* enum target_reason */
    struct text detail;
    struct uuid task_id; /* the newest one */
    int64_t wave;        /* that it was last in, from 1; absent: none */
    struct timestamp updated_at;
};
extern const struct shape rolling_target_row_shape;
extern const struct table rolling_targets_table;

#endif
