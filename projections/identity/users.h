/*
 * The table of people, as other projectors look at it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PROJECTIONS_IDENTITY_USERS_H
#define PROJECTIONS_IDENTITY_USERS_H

#include "projections/projector.h"

struct user_row {
    struct uuid id;
    struct text email; /* absent when the person was forgotten */
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
    int64_t revision;
};

extern const struct table users_table;
extern const struct projector users_projector;

#endif
