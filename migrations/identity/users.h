/*
 * The people with an account, as lists and profiles show them.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_IDENTITY_USERS_H
#define MIGRATIONS_IDENTITY_USERS_H

#include "core/db/table.h"

struct user_row {
    struct uuid id;
    struct text email;
    struct text name;
    struct enum_value role;
    struct opt_bool is_active;
    struct text timezone;
    struct text invite_status;
    struct timestamp last_invited_at;
    struct timestamp activated_at;
    struct opt_bool critical_event_emails_enabled;
    struct opt_bool enrollment_emails_enabled;
    struct opt_bool mfa_enabled;
    struct timestamp created_at;
    struct timestamp updated_at;
    struct enum_value kind;
    struct uuid directory_id;
    struct text external_id;
    int64_t revision;
};
extern const struct shape user_row_shape;
extern const struct table users_table;

#endif
