/*
 * Tables of the events of people and sign-ins.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"

const char *const platform_role_names[] = {"platform_admin", "user", NULL};
const char *const sign_in_failure_names[] = {
    "unknown_account", "wrong_password", "inactive_account", NULL};

static const struct field user_registered_fields[] = {
    {UUID(user_registered, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {PERSONAL(user_registered, email), .tag = 2, .flags = REQUIRED | COMPARED, .max = 254,
     .doc = "Address to sign in with."},
    {PERSONAL(user_registered, name), .tag = 3, .flags = REQUIRED, .max = 120,
     .doc = "Name to show."},
    {PERSONAL(user_registered, password), .tag = 4, .flags = SECRET, .max = 256,
     .doc = "Argon2id hash of the password."},
    {CHOICE(user_registered, role, platform_role_names), .tag = 5, .flags = REQUIRED,
     .doc = "Role on the platform."},
    {TEXT(user_registered, timezone), .tag = 6, .flags = REQUIRED, .max = 80,
     .doc = "Time zone to show times in."},
};
EVENT_WITH(
    user_registered,
    EVT_USER_REGISTERED,
    "identity.user_registered",
    "An active account exists from now on.",
    SHAPE_WITH(user_registered, "An active account exists from now on.", .subject_tag = 1),
    .schema = 1);

static const struct field user_signed_in_fields[] = {
    {UUID(user_signed_in, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
};
EVENT_WITH(
    user_signed_in,
    EVT_USER_SIGNED_IN,
    "identity.user_signed_in",
    "Somebody proved who they are and was given a token.",
    SHAPE_WITH(
        user_signed_in, "Somebody proved who they are and was given a token.", .subject_tag = 1),
    .schema = 1);

static const struct field sign_in_failed_fields[] = {
    {UUID(sign_in_failed, user_id), .tag = 1, .doc = "The person, if there is such an account."},
    {BYTES(sign_in_failed, email_digest), .tag = 2, .flags = REQUIRED, .max = 32,
     .doc = "Keyed digest of the address that was tried."},
    {CHOICE(sign_in_failed, failure, sign_in_failure_names), .tag = 3, .flags = REQUIRED,
     .doc = "What was wrong."},
};
EVENT(
    sign_in_failed,
    EVT_SIGN_IN_FAILED,
    "identity.sign_in_failed",
    "Somebody could not prove who they are.");

const struct event_type *const identity_event_types[] = {
    &user_registered_event,
    &user_signed_in_event,
    &sign_in_failed_event,
    NULL,
};
