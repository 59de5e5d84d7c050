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
    struct choice role;
    struct flag is_active;
    struct text timezone;
    struct text invite_status;
    struct moment last_invited_at;
    struct moment activated_at;
    struct flag critical_event_emails_enabled;
    struct flag enrollment_emails_enabled;
    struct flag mfa_enabled;
    struct moment created_at;
    struct moment updated_at;
    int64_t revision;
};

extern const struct table users_table;
extern const struct projector users_projector;

#endif
