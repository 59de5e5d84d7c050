/*
 * How people look to callers, and the queries that find them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/user_view.h"

#include "api/call.h"
#include "eventlog/events/identity_events.h"

static const struct field user_view_fields[] = {
    {UUID(user_view, id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {TEXT(user_view, email), .tag = 2, .doc = "Address to sign in with; null once forgotten."},
    {TEXT(user_view, name), .tag = 3, .doc = "Name to show; null once forgotten."},
    {ENUM(user_view, role, platform_role_names), .tag = 4, .flags = REQUIRED,
     .doc = "Role on the platform."},
    {BOOL(user_view, is_active), .tag = 5, .flags = REQUIRED, .doc = "May sign in?"},
    {TEXT(user_view, timezone), .tag = 6, .flags = REQUIRED, .doc = "Time zone to show times in."},
    {TEXT(user_view, invite_status), .tag = 7, .flags = REQUIRED,
     .doc = "pending, accepted or revoked."},
    {TIMESTAMP(user_view, last_invited_at), .tag = 8, .doc = "Last invitation."},
    {TIMESTAMP(user_view, activated_at), .tag = 9, .doc = "When the account became active."},
    {BOOL(user_view, critical_event_emails_enabled), .tag = 10, .flags = REQUIRED,
     .doc = "Wants mail about critical events?"},
    {BOOL(user_view, enrollment_emails_enabled), .tag = 11, .flags = REQUIRED,
     .doc = "Wants mail about enrolments?"},
    {BOOL(user_view, mfa_enabled), .tag = 12, .flags = REQUIRED, .doc = "Has a second factor?"},
    {TIMESTAMP(user_view, created_at), .tag = 13, .flags = REQUIRED, .doc = "Since when."},
    {TIMESTAMP(user_view, updated_at), .tag = 14, .flags = REQUIRED, .doc = "Last change."},
    {INT64(user_view, revision), .tag = 15, .flags = SECRET, .doc = "For entity tags."},
};
const struct shape user_view_shape = SHAPE(user_view, "A person.");

static const struct field user_by_id_fields[] = {
    {UUID(user_by_id, id), .tag = 1, .flags = SERVER_SET, .doc = "The person."},
};
static const struct shape user_by_id_shape = SHAPE(user_by_id, "Which person.");

#define USER_COLUMNS                                                                               \
    "select id, email, name, role, is_active, timezone, invite_status,\n"                          \
    "    last_invited_at, activated_at, critical_event_emails_enabled,\n"                          \
    "    enrollment_emails_enabled, mfa_enabled, created_at, updated_at, revision\n"               \
    "from users\n"

#define ONE_USER                                                                                   \
    {                                                                                              \
        .name = "user_by_id", .params = &user_by_id_shape, .row = &user_view_shape,                \
        .text = USER_COLUMNS "where id = :id",                                                     \
    }

const struct query user_query = {
    .input = &user_by_id_shape,
    .sql = ONE_USER,
    .is_one = true,
    .missing = "User was not found",
};

static void narrow_to_caller(struct call *call, void *input)
{
    ((struct user_by_id *)input)->id = call->actor.id;
}

const struct query me_query = {
    .input = &user_by_id_shape,
    .sql = ONE_USER,
    .is_one = true,
    .missing = "User was not found",
    .narrow = narrow_to_caller,
};

const struct query users_query = {
    .sql =
        {
            .name = "users",
            .row = &user_view_shape,
            .text = USER_COLUMNS "order by created_at desc, id desc",
        },
};
