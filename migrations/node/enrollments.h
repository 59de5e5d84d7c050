/*
 * Machines that asked to be admitted, and what became of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_NODE_ENROLLMENTS_H
#define MIGRATIONS_NODE_ENROLLMENTS_H

#include "core/db/table.h"

struct enrollment_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text email;
    struct text hostname;
    struct enum_value status;
    struct uuid node_id;
    struct timestamp expires_at;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
    struct uuid user_id; /* whose address it is; absent: nobody's then */
};
extern const struct shape enrollment_row_shape;
extern const struct table enrollments_table;

#endif
