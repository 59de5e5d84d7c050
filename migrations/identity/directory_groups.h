/*
 * Groups that directories have sent, and who is in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_IDENTITY_DIRECTORY_GROUPS_H
#define MIGRATIONS_IDENTITY_DIRECTORY_GROUPS_H

#include "core/db/table.h"

struct directory_group_row {
    struct uuid id;
    struct uuid provider_id;
    struct text display_name;
    struct text external_id;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape directory_group_row_shape;
extern const struct table directory_groups_table;

struct directory_member_row {
    struct uuid id;
    struct uuid group_id;
    struct uuid user_id;
};
extern const struct shape directory_member_row_shape;
extern const struct table directory_members_table;

#endif
