/*
 * The selections: selectors of nodes that are saved under a name.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_SELECTION_SELECTIONS_H
#define MIGRATIONS_SELECTION_SELECTIONS_H

#include "core/db/table.h"

struct selection_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    struct text selector;
    struct uuid created_by_user_id;
    struct uuid updated_by_user_id;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape selection_row_shape;
extern const struct table selections_table;

#endif
