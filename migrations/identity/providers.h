/*
 * Providers that people sign in through. The fields are those of the rows; what they mean is in the .c file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_IDENTITY_PROVIDERS_H
#define MIGRATIONS_IDENTITY_PROVIDERS_H

#include "core/db/table.h"

struct provider_row {
    struct uuid id;
    struct text slug;
    struct text name;
    struct enum_value preset;
    struct text issuer;
    struct text client_id;
    struct text discovery_url;
    struct list scopes;
    struct opt_bool enabled;
    struct list allowed_domains;
    struct opt_bool creates_users;
    struct timestamp created_at;
    struct timestamp updated_at;
    int64_t revision;
};
extern const struct shape provider_row_shape;
extern const struct table providers_table;

#endif
