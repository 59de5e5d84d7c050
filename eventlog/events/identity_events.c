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
    {ENUM(user_registered, role, platform_role_names), .tag = 5, .flags = REQUIRED,
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
    {ENUM(sign_in_failed, failure, sign_in_failure_names), .tag = 3, .flags = REQUIRED,
     .doc = "What was wrong."},
};
EVENT(
    sign_in_failed,
    EVT_SIGN_IN_FAILED,
    "identity.sign_in_failed",
    "Somebody could not prove who they are.");

static const struct field user_created_fields[] = {
    {UUID(user_created, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {PERSONAL(user_created, email), .tag = 2, .flags = REQUIRED | COMPARED, .max = 254,
     .doc = "Address to sign in with."},
    {PERSONAL(user_created, name), .tag = 3, .flags = REQUIRED, .max = 120, .doc = "Name to show."},
    {ENUM(user_created, role, platform_role_names), .tag = 4, .flags = REQUIRED,
     .doc = "Role on the platform."},
    {TEXT(user_created, timezone), .tag = 5, .flags = REQUIRED, .max = 80,
     .doc = "Time zone to show times in."},
};
EVENT_WITH(
    user_created,
    EVT_USER_CREATED,
    "identity.user_created",
    "A pending account exists from now on.",
    SHAPE_WITH(user_created, "A pending account exists from now on.", .subject_tag = 1),
    .schema = 1);

static const struct field user_invited_fields[] = {
    {UUID(user_invited, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {UUID(user_invited, invitation_id), .tag = 2, .flags = REQUIRED, .doc = "The invitation."},
    {BYTES(user_invited, token_digest), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "Digest of the token that is mailed."},
    {TIMESTAMP(user_invited, expires_at), .tag = 4, .flags = REQUIRED,
     .doc = "Until when it may be accepted."},
    {BOOL(user_invited, is_again), .tag = 5, .flags = REQUIRED, .doc = "Is it not the first one?"},
};
EVENT_WITH(
    user_invited,
    EVT_USER_INVITED,
    "identity.user_invited",
    "Somebody was invited; invitations before this one are void.",
    SHAPE_WITH(
        user_invited,
        "Somebody was invited; invitations before this one are void.",
        .subject_tag = 1),
    .schema = 1);

static const struct field invitation_accepted_fields[] = {
    {UUID(invitation_accepted, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {UUID(invitation_accepted, invitation_id), .tag = 2, .flags = REQUIRED,
     .doc = "The invitation."},
    {PERSONAL(invitation_accepted, password), .tag = PASSWORD_TAG, .flags = SECRET, .max = 256,
     .doc = "Argon2id hash of the new password."},
};
EVENT_WITH(
    invitation_accepted,
    EVT_INVITATION_ACCEPTED,
    "identity.invitation_accepted",
    "An invited account became active.",
    SHAPE_WITH(invitation_accepted, "An invited account became active.", .subject_tag = 1),
    .schema = 1);

static const struct field user_updated_fields[] = {
    {UUID(user_updated, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {PERSONAL(user_updated, email), .tag = 2, .flags = COMPARED, .max = 254,
     .doc = "Its new address."},
    {PERSONAL(user_updated, name), .tag = 3, .max = 120, .doc = "Its new name."},
    {ENUM(user_updated, role, platform_role_names), .tag = 4, .doc = "Its new role."},
    {BOOL(user_updated, is_active), .tag = 5, .doc = "May they sign in from now on?"},
};
EVENT_WITH(
    user_updated,
    EVT_USER_UPDATED,
    "identity.user_updated",
    "An admin changed an account.",
    SHAPE_WITH(user_updated, "An admin changed an account.", .subject_tag = 1),
    .schema = 1);

static const struct field user_deleted_fields[] = {
    {UUID(user_deleted, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
};
EVENT_WITH(
    user_deleted,
    EVT_USER_DELETED,
    "identity.user_deleted",
    "An account is gone.",
    SHAPE_WITH(user_deleted, "An account is gone.", .subject_tag = 1),
    .schema = 1);

static const struct field preferences_changed_fields[] = {
    {UUID(preferences_changed, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {TEXT(preferences_changed, timezone), .tag = 2, .max = 80,
     .doc = "Time zone to show times in."},
    {BOOL(preferences_changed, critical_event_emails_enabled), .tag = 3,
     .doc = "Mail on critical events?"},
    {BOOL(preferences_changed, enrollment_emails_enabled), .tag = 4, .doc = "Mail on new nodes?"},
};
EVENT_WITH(
    preferences_changed,
    EVT_PREFERENCES_CHANGED,
    "identity.preferences_changed",
    "Somebody changed how they are told things.",
    SHAPE_WITH(preferences_changed, "Somebody changed how they are told things.", .subject_tag = 1),
    .schema = 1);

static const struct field password_changed_fields[] = {
    {UUID(password_changed, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {PERSONAL(password_changed, password), .tag = PASSWORD_TAG, .flags = SECRET, .max = 256,
     .doc = "Argon2id hash of the new password."},
};
EVENT_WITH(
    password_changed,
    EVT_PASSWORD_CHANGED,
    "identity.password_changed",
    "Somebody changed their password.",
    SHAPE_WITH(password_changed, "Somebody changed their password.", .subject_tag = 1),
    .schema = 1);

static const struct field password_reset_requested_fields[] = {
    {UUID(password_reset_requested, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {UUID(password_reset_requested, reset_id), .tag = 2, .flags = REQUIRED, .doc = "The request."},
    {BYTES(password_reset_requested, token_digest), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "Digest of the token that is mailed."},
    {TIMESTAMP(password_reset_requested, expires_at), .tag = 4, .flags = REQUIRED,
     .doc = "Until when it may be used."},
};
EVENT_WITH(
    password_reset_requested,
    EVT_PASSWORD_RESET_REQUESTED,
    "identity.password_reset_requested",
    "Somebody forgot their password and was sent a token.",
    SHAPE_WITH(
        password_reset_requested,
        "Somebody forgot their password and was sent a token.",
        .subject_tag = 1),
    .schema = 1);

static const struct field password_reset_fields[] = {
    {UUID(password_reset, user_id), .tag = 1, .flags = REQUIRED, .doc = "The person."},
    {UUID(password_reset, reset_id), .tag = 2, .flags = REQUIRED, .doc = "The request."},
    {PERSONAL(password_reset, password), .tag = PASSWORD_TAG, .flags = SECRET, .max = 256,
     .doc = "Argon2id hash of the new password."},
};
EVENT_WITH(
    password_reset,
    EVT_PASSWORD_RESET,
    "identity.password_reset",
    "A forgotten password was replaced.",
    SHAPE_WITH(password_reset, "A forgotten password was replaced.", .subject_tag = 1),
    .schema = 1);

const struct event_type *const identity_event_types[] = {
    &user_registered_event,
    &user_signed_in_event,
    &sign_in_failed_event,
    &user_created_event,
    &user_invited_event,
    &invitation_accepted_event,
    &user_updated_event,
    &user_deleted_event,
    &preferences_changed_event,
    &password_changed_event,
    &password_reset_requested_event,
    &password_reset_event,
    NULL,
};
