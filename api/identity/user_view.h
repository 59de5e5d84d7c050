/*
 * How people look to callers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef API_IDENTITY_USER_VIEW_H
#define API_IDENTITY_USER_VIEW_H

#include "api/route.h"

struct user_view {
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
    int64_t revision;
};
extern const struct shape user_view_shape;

struct user_by_id {
    struct uuid id;
};
extern const struct query user_query;
extern const struct query me_query; /* the caller, whatever the input says */
extern const struct query users_query;

#endif
