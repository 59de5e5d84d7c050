/*
 * Who belongs to which workspace.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_WORKSPACE_MEMBERSHIPS_H
#define MIGRATIONS_WORKSPACE_MEMBERSHIPS_H

#include "core/db/table.h"

struct membership_row {
    struct uuid id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct enum_value role;
    struct uuid provider_id;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape membership_row_shape;
extern const struct table memberships_table;

#endif
