/*
 * Sessions that are open. The fields are those of the rows; what they mean is in the .c file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_IDENTITY_SESSIONS_H
#define MIGRATIONS_IDENTITY_SESSIONS_H

#include "core/db/table.h"

struct session_row {
    struct uuid id;
    struct uuid user_id;
    struct enum_value method;
    struct text ip_address;
    struct text user_agent;
    struct timestamp created_at;
    struct timestamp last_used_at;
    struct timestamp expires_at;
    struct timestamp ends_at;
    struct uuid origin_key;
};
extern const struct shape session_row_shape;
extern const struct table sessions_table;

#endif
