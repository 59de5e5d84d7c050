/*
 * Legal holds, those in place and those that were released.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_PRIVACY_HOLDS_H
#define MIGRATIONS_PRIVACY_HOLDS_H

#include "core/db/table.h"

struct hold_row {
    struct uuid id;
    struct enum_value kind; /* enum hold_kind */
    struct uuid target_id;
    int64_t first_position;
    int64_t last_position;
    struct text reason;
    struct timestamp placed_at;
    struct uuid placed_by_user_id;
    struct opt_bool is_released;
    struct timestamp released_at;
    struct uuid released_by_user_id;
    struct text release_reason;
    int64_t revision;
};
extern const struct shape hold_row_shape;
extern const struct table holds_table;

#endif
