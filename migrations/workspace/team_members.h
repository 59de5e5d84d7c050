/*
 * Who belongs to which team.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_WORKSPACE_TEAM_MEMBERS_H
#define MIGRATIONS_WORKSPACE_TEAM_MEMBERS_H

#include "core/db/table.h"

struct team_member_row {
    struct uuid id;
    struct uuid team_id;
    struct uuid workspace_id;
    struct uuid user_id;
    struct timestamp created_at;
};
extern const struct shape team_member_row_shape;
extern const struct table team_members_table;

#endif
