/*
 * Grants of roles that a product root key has signed, those that are good no more, too.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_AUTHORITY_ROLE_GRANTS_H
#define MIGRATIONS_AUTHORITY_ROLE_GRANTS_H

#include "core/db/table.h"

enum role_grant_status {
    ROLE_GRANT_ACTIVE = 1,
    ROLE_GRANT_EXPIRED,
    ROLE_GRANT_REVOKED,
    ROLE_GRANT_REPLACED
};
extern const char *const role_grant_status_names[];

struct role_grant_row {
    struct uuid id;
    struct uuid user_id;
    struct enum_value role;
    struct enum_value status;
    struct timestamp not_before;
    struct timestamp expires_at;
    int64_t serial;
    struct text reason;
    struct bytes root_key;
    struct json envelope;
    struct timestamp created_at;
    struct timestamp ended_at;
    struct text end_reason;
    struct json end_envelope;
};
extern const struct shape role_grant_row_shape;
extern const struct table role_grants_table;

#endif
