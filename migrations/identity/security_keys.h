/*
 * Security keys. The fields are those of the rows; what they mean is in the .c file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_IDENTITY_SECURITY_KEYS_H
#define MIGRATIONS_IDENTITY_SECURITY_KEYS_H

#include "core/db/table.h"

struct security_key_row {
    struct uuid id;
    struct uuid user_id;
    struct text name;
    struct list transports;
    struct timestamp created_at;
    struct timestamp last_used_at;
};
extern const struct shape security_key_row_shape;
extern const struct table security_keys_table;

#endif
