/*
 * The secrets of workspaces, without their values.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_SECRET_SECRETS_H
#define MIGRATIONS_SECRET_SECRETS_H

#include "core/db/table.h"

struct secret_row {
    struct uuid id;
    struct uuid workspace_id;
    struct text name;
    struct text description;
    int64_t version;
    struct timestamp expires_at;
    struct timestamp rotated_at;
    struct timestamp last_used_at;
    struct uuid created_by_user_id;
    struct uuid updated_by_user_id;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape secret_row_shape;
extern const struct table secrets_table;

#endif
