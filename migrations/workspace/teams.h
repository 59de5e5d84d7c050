/*
 * The teams of workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_WORKSPACE_TEAMS_H
#define MIGRATIONS_WORKSPACE_TEAMS_H

#include "core/db/table.h"

struct team_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape team_row_shape;
extern const struct table teams_table;

#endif
