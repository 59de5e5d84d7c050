/*
 * Trusted devices. The fields are those of the rows; what they mean is in the .c file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_IDENTITY_DEVICES_H
#define MIGRATIONS_IDENTITY_DEVICES_H

#include "core/db/table.h"

struct device_row {
    struct uuid id;
    struct uuid user_id;
    struct text name;
    struct timestamp created_at;
    struct timestamp last_used_at;
    struct timestamp trusted_until;
};
extern const struct shape device_row_shape;
extern const struct table devices_table;

#endif
