/*
 * What tasks wrote, a row a line.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_TASK_TASK_LOGS_H
#define MIGRATIONS_TASK_TASK_LOGS_H

#include "core/db/table.h"

struct task_log_row {
    struct uuid id;
    struct uuid task_id;
    struct enum_value level;
    struct text message;
    struct timestamp timestamp;
    struct timestamp created_at;
    int64_t line;
    struct opt_bool is_output;
};
extern const struct shape task_log_row_shape;
extern const struct table task_logs_table;

#endif
