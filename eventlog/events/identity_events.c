/*
 * Tables of the events of people and sign-ins.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"

const char *const platform_role_names[] = {
    "platform_admin", "user", "platform_auditor", "platform_recovery_admin", NULL};
const char *const sign_in_failure_names[] = {
    "unknown_account",
    "wrong_password",
    "inactive_account",
    "wrong_code",
    "wrong_security_key",
    "security_key_copied",
    NULL};

const char *const sign_in_method_names[] = {
    "password", "code", "recovery_code", "provider", "security_key", "trusted_device", NULL};
const char *const session_end_names[] = {
    "signed_out",     "withdrawn",       "expired", "refresh_token_used_twice",
    "access_changed", "provider_logout", NULL};

const char *const token_scope_names[] = {"read", "work", "admin", "directory", NULL};
const char *const user_kind_names[] = {"service_account", NULL};
const char *const token_end_names[] = {"ended", "withdrawn", "expired", "owner_gone", NULL};

static const struct field user_registered_fields[] = {
    {UUID(user_registered, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {PERSONAL(user_registered, email), .tag = 2, .flags = REQUIRED, .digest = DIGEST_EMAIL,
     .max = 254, .doc = "Email address to sign in with."},
    {PERSONAL(user_registered, name), .tag = 3, .flags = REQUIRED, .max = 120,
     .doc = "Display name of the person."},
    {PERSONAL(user_registered, password), .tag = PASSWORD_TAG, .flags = SECRET, .max = 256,
     .doc = "Argon2id hash of the password."},
    {ENUM(user_registered, role, platform_role_names), .tag = 5, .flags = REQUIRED,
     .doc = "Role on the platform."},
    {TEXT(user_registered, timezone), .tag = 6, .flags = REQUIRED, .max = 80,
     .doc = "IANA time zone that times are shown in."},
};
EVENT_WITH(
    user_registered,
    EVT_USER_REGISTERED,
    "identity.user_registered",
    "The first administrator's account was created, active from the start.",
    SHAPE_WITH(
        user_registered,
        "The first administrator's account was created, active from the start.",
        .subject_tag = 1),
    .schema = 1);

static const struct field user_signed_in_fields[] = {
    {UUID(user_signed_in, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(user_signed_in, session_id), .tag = 2,
     .doc = "Id of the session that is open from now on."},
    {ENUM(user_signed_in, method, sign_in_method_names), .tag = 3, .doc = "What opened it."},
    {TIMESTAMP(user_signed_in, ends_at), .tag = 4,
     .doc = "Time at which the session ends at the latest."},
    {TIMESTAMP(user_signed_in, idle_ends_at), .tag = 5,
     .doc = "Time at which the session ends unless it is refreshed before."},
    {BOOL(user_signed_in, is_refreshable), .tag = 6,
     .doc = "Whether a refresh token was given, whose number is 1."},
    {UUID(user_signed_in, provider_id), .tag = 7,
     .doc = "Id of the provider that vouched for the person."},
    {BYTES(user_signed_in, provider_session), .tag = 8, .max = 32,
     .doc = "Keyed digest of the provider's own session, where it named one."},
    {UUID(user_signed_in, device_id), .tag = 9,
     .doc = "Id of the trusted device that stood for a second factor."},
    {BOOL(user_signed_in, is_recovery), .tag = 10,
     .doc = "Whether it is a recovery administrator's."},
};
EVENT_WITH(
    user_signed_in,
    EVT_USER_SIGNED_IN,
    "identity.user_signed_in",
    "A person signed in.",
    SHAPE_WITH(user_signed_in, "A person signed in.", .subject_tag = 1),
    .schema = 1);

static const struct field sign_in_failed_fields[] = {
    {UUID(sign_in_failed, user_id), .tag = 1,
     .doc = "Id of the person; absent when no account has the address."},
    {BYTES(sign_in_failed, email_digest), .tag = 2, .flags = REQUIRED, .max = 32,
     .doc = "Keyed digest of the address that was tried."},
    {ENUM(sign_in_failed, failure, sign_in_failure_names), .tag = 3, .flags = REQUIRED,
     .doc = "Reason of the failure."},
};
EVENT(sign_in_failed, EVT_SIGN_IN_FAILED, "identity.sign_in_failed", "A sign-in failed.");

static const struct field user_created_fields[] = {
    {UUID(user_created, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {PERSONAL(user_created, email), .tag = 2, .flags = REQUIRED, .digest = DIGEST_EMAIL, .max = 254,
     .doc = "Email address to sign in with."},
    {PERSONAL(user_created, name), .tag = 3, .flags = REQUIRED, .max = 120,
     .doc = "Display name of the person."},
    {ENUM(user_created, role, platform_role_names), .tag = 4, .flags = REQUIRED,
     .doc = "Role on the platform."},
    {TEXT(user_created, timezone), .tag = 5, .flags = REQUIRED, .max = 80,
     .doc = "IANA time zone that times are shown in."},
};
EVENT_WITH(
    user_created,
    EVT_USER_CREATED,
    "identity.user_created",
    "An account was created; it is pending until its invitation is accepted.",
    SHAPE_WITH(
        user_created,
        "An account was created; it is pending until its invitation is accepted.",
        .subject_tag = 1),
    .schema = 1);

static const struct field user_invited_fields[] = {
    {UUID(user_invited, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(user_invited, invitation_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the invitation."},
    {BYTES(user_invited, token_digest), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "SHA-256 digest of the token that is mailed."},
    {TIMESTAMP(user_invited, expires_at), .tag = 4, .flags = REQUIRED,
     .doc = "Time until which the invitation can be accepted."},
    {BOOL(user_invited, is_again), .tag = 5, .flags = REQUIRED,
     .doc = "Whether an invitation was sent before."},
};
EVENT_WITH(
    user_invited,
    EVT_USER_INVITED,
    "identity.user_invited",
    "A person was invited; earlier invitations are void.",
    SHAPE_WITH(
        user_invited, "A person was invited; earlier invitations are void.", .subject_tag = 1),
    .schema = 1);

static const struct field invitation_accepted_fields[] = {
    {UUID(invitation_accepted, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(invitation_accepted, invitation_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the invitation."},
    {PERSONAL(invitation_accepted, password), .tag = PASSWORD_TAG, .flags = SECRET, .max = 256,
     .doc = "Argon2id hash of the new password."},
};
EVENT_WITH(
    invitation_accepted,
    EVT_INVITATION_ACCEPTED,
    "identity.invitation_accepted",
    "A person accepted an invitation; the account is active.",
    SHAPE_WITH(
        invitation_accepted,
        "A person accepted an invitation; the account is active.",
        .subject_tag = 1),
    .schema = 1);

static const struct field user_updated_fields[] = {
    {UUID(user_updated, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {PERSONAL(user_updated, email), .tag = 2, .digest = DIGEST_EMAIL, .max = 254,
     .doc = "New email address."},
    {PERSONAL(user_updated, name), .tag = 3, .max = 120, .doc = "New display name."},
    {ENUM(user_updated, role, platform_role_names), .tag = 4, .doc = "New role on the platform."},
    {BOOL(user_updated, is_active), .tag = 5, .doc = "Whether the person may sign in."},
    {UUID(user_updated, provider_id), .tag = 6,
     .doc = "Id of the provider whose rules did it; absent: somebody did."},
};
EVENT_WITH(
    user_updated,
    EVT_USER_UPDATED,
    "identity.user_updated",
    "An administrator changed an account; absent fields are unchanged.",
    SHAPE_WITH(
        user_updated,
        "An administrator changed an account; absent fields are unchanged.",
        .subject_tag = 1),
    .schema = 1);

static const struct field user_deleted_fields[] = {
    {UUID(user_deleted, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
};
EVENT_WITH(
    user_deleted,
    EVT_USER_DELETED,
    "identity.user_deleted",
    "An account was deleted.",
    SHAPE_WITH(user_deleted, "An account was deleted.", .subject_tag = 1),
    .schema = 1);

static const struct field preferences_changed_fields[] = {
    {UUID(preferences_changed, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(preferences_changed, timezone), .tag = 2, .max = 80,
     .doc = "IANA time zone that times are shown in."},
    {BOOL(preferences_changed, critical_event_emails_enabled), .tag = 3,
     .doc = "Whether critical events are mailed to the person."},
    {BOOL(preferences_changed, enrollment_emails_enabled), .tag = 4,
     .doc = "Whether enrollments of nodes are mailed to the person."},
};
EVENT_WITH(
    preferences_changed,
    EVT_PREFERENCES_CHANGED,
    "identity.preferences_changed",
    "A person changed their preferences; absent fields are unchanged.",
    SHAPE_WITH(
        preferences_changed,
        "A person changed their preferences; absent fields are unchanged.",
        .subject_tag = 1),
    .schema = 1);

static const struct field password_changed_fields[] = {
    {UUID(password_changed, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {PERSONAL(password_changed, password), .tag = PASSWORD_TAG, .flags = SECRET, .max = 256,
     .doc = "Argon2id hash of the new password."},
};
EVENT_WITH(
    password_changed,
    EVT_PASSWORD_CHANGED,
    "identity.password_changed",
    "A person changed their password.",
    SHAPE_WITH(password_changed, "A person changed their password.", .subject_tag = 1),
    .schema = 1);

static const struct field password_reset_requested_fields[] = {
    {UUID(password_reset_requested, user_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the person."},
    {UUID(password_reset_requested, reset_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the reset request."},
    {BYTES(password_reset_requested, token_digest), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "SHA-256 digest of the token that is mailed."},
    {TIMESTAMP(password_reset_requested, expires_at), .tag = 4, .flags = REQUIRED,
     .doc = "Time until which the token can be used."},
};
EVENT_WITH(
    password_reset_requested,
    EVT_PASSWORD_RESET_REQUESTED,
    "identity.password_reset_requested",
    "A person asked for a token to replace a forgotten password.",
    SHAPE_WITH(
        password_reset_requested,
        "A person asked for a token to replace a forgotten password.",
        .subject_tag = 1),
    .schema = 1);

static const struct field password_reset_fields[] = {
    {UUID(password_reset, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(password_reset, reset_id), .tag = 2, .flags = REQUIRED,
     .doc = "Id of the reset request."},
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

#define OF_USER(type)                                                                              \
    {                                                                                              \
        UUID(type, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."               \
    }
#define RECOVERY(type, of_tag)                                                                     \
    {                                                                                              \
        BYTES(type, recovery), .tag = (of_tag), .flags = REQUIRED,                                 \
                               .max = RECOVERY_CODES * RECOVERY_DIGEST_SIZE,                       \
                               .doc = "Keyed digests of the recovery codes, in a row."             \
    }
/* Of events about a person whose fields are theirs. */
#define PERSONS(tag_of, id, full_name, sentence)                                                   \
    EVENT_WITH(                                                                                    \
        tag_of, id, full_name, sentence, SHAPE_WITH(tag_of, sentence, .subject_tag = 1),           \
        .schema = 1)

static const struct field factor_offered_fields[] = {
    OF_USER(factor_offered),
    {PERSONAL(factor_offered, secret), .tag = FACTOR_SECRET_TAG, .flags = SECRET, .max = 64,
     .doc = "Secret that codes are made from."},
};
PERSONS(
    factor_offered,
    EVT_FACTOR_OFFERED,
    "identity.factor_offered",
    "A person was given the secret of a second factor, which is not in use yet.");

static const struct field factor_enabled_fields[] = {
    OF_USER(factor_enabled),
    RECOVERY(factor_enabled, 2),
};
PERSONS(
    factor_enabled,
    EVT_FACTOR_ENABLED,
    "identity.factor_enabled",
    "A person's sign-ins take a second factor; all sessions ended.");

static const struct field factor_used_fields[] = {
    OF_USER(factor_used),
    {INT64(factor_used, step), .tag = 2, .doc = "Step of the code; absent for a recovery code."},
    {BYTES(factor_used, recovery), .tag = 3, .max = RECOVERY_DIGEST_SIZE,
     .doc = "Keyed digest of the recovery code, which is used up."},
};
PERSONS(factor_used, EVT_FACTOR_USED, "identity.factor_used", "A second factor opened a sign-in.");

static const struct field recovery_codes_replaced_fields[] = {
    OF_USER(recovery_codes_replaced),
    {INT64(recovery_codes_replaced, step), .tag = 2, .flags = REQUIRED,
     .doc = "Step of the code that confirmed it."},
    RECOVERY(recovery_codes_replaced, 3),
};
PERSONS(
    recovery_codes_replaced,
    EVT_RECOVERY_CODES_REPLACED,
    "identity.recovery_codes_replaced",
    "A person has other recovery codes; all sessions ended.");

static const struct field factor_disabled_fields[] = {
    OF_USER(factor_disabled),
    {INT64(factor_disabled, step), .tag = 2,
     .doc = "Step of the code that confirmed it; absent where an operator did it."},
    {BOOL(factor_disabled, leaves_keys), .tag = 3,
     .doc = "Whether there are security keys, which are still asked for."},
};
PERSONS(
    factor_disabled,
    EVT_FACTOR_DISABLED,
    "identity.factor_disabled",
    "A person's sign-ins take no second factor any more; all sessions ended.");

static const struct field session_refreshed_fields[] = {
    {UUID(session_refreshed, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {UUID(session_refreshed, session_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the session."},
    {INT64(session_refreshed, refresh), .tag = 3, .flags = REQUIRED,
     .doc = "Number of the refresh token that was given; those before it are used up."},
    {TIMESTAMP(session_refreshed, idle_ends_at), .tag = 4, .flags = REQUIRED,
     .doc = "Time at which the session ends unless it is refreshed before."},
};
EVENT_WITH(
    session_refreshed,
    EVT_SESSION_REFRESHED,
    "identity.session_refreshed",
    "A session went on by its refresh token.",
    SHAPE_WITH(session_refreshed, "A session went on by its refresh token.", .subject_tag = 1),
    .schema = 1);

static const struct field sessions_ended_fields[] = {
    {UUID(sessions_ended, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the person."},
    {LIST_OF(sessions_ended, session_ids, KIND_UUID), .tag = 2, .flags = REQUIRED,
     .max = SESSIONS_PER_EVENT, .doc = "Ids of the sessions."},
    {ENUM(sessions_ended, end, session_end_names), .tag = 3, .flags = REQUIRED,
     .doc = "Why they ended."},
};
EVENT_WITH(
    sessions_ended,
    EVT_SESSIONS_ENDED,
    "identity.sessions_ended",
    "Sessions of a person ended.",
    SHAPE_WITH(sessions_ended, "Sessions of a person ended.", .subject_tag = 1),
    .schema = 1);

static const struct field api_token_created_fields[] = {
    {UUID(api_token_created, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the owner."},
    {UUID(api_token_created, token_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the token."},
    {BYTES(api_token_created, digest), .tag = 3, .flags = REQUIRED, .max = 32,
     .doc = "SHA-256 digest of the token."},
    {TEXT(api_token_created, name), .tag = 4, .flags = REQUIRED, .max = 120,
     .doc = "Name that its owner gave it."},
    {ENUM(api_token_created, scope, token_scope_names), .tag = 5, .flags = REQUIRED,
     .doc = "What it opens of what its owner may."},
    {LIST_OF(api_token_created, workspace_ids, KIND_UUID), .tag = 6, .max = API_TOKEN_WORKSPACES,
     .doc = "Workspaces that it is good in; without any, in all."},
    {TEXT(api_token_created, networks), .tag = 7, .max = API_TOKEN_NETWORKS,
     .doc = "Addresses and networks that it may come from; absent: from anywhere."},
    {TIMESTAMP(api_token_created, expires_at), .tag = 8, .flags = REQUIRED,
     .doc = "Time until which it is good."},
};
EVENT_WITH(
    api_token_created,
    EVT_API_TOKEN_CREATED,
    "identity.api_token_created",
    "A token for a program was made.",
    SHAPE_WITH(api_token_created, "A token for a program was made.", .subject_tag = 1),
    .schema = 1);

static const struct field api_token_used_fields[] = {
    {UUID(api_token_used, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the owner."},
    {UUID(api_token_used, token_id), .tag = 2, .flags = REQUIRED, .doc = "Id of the token."},
};
EVENT_WITH(
    api_token_used,
    EVT_API_TOKEN_USED,
    "identity.api_token_used",
    "A token for a program was used, for the first time in an hour.",
    SHAPE_WITH(
        api_token_used,
        "A token for a program was used, for the first time in an hour.",
        .subject_tag = 1),
    .schema = 1);

static const struct field api_tokens_ended_fields[] = {
    {UUID(api_tokens_ended, user_id), .tag = 1, .flags = REQUIRED, .doc = "Id of the owner."},
    {LIST_OF(api_tokens_ended, token_ids, KIND_UUID), .tag = 2, .flags = REQUIRED,
     .max = API_TOKENS_OF_USER, .doc = "Ids of the tokens."},
    {ENUM(api_tokens_ended, end, token_end_names), .tag = 3, .flags = REQUIRED,
     .doc = "Why they ended."},
};
EVENT_WITH(
    api_tokens_ended,
    EVT_API_TOKENS_ENDED,
    "identity.api_tokens_ended",
    "Tokens for programs ended.",
    SHAPE_WITH(api_tokens_ended, "Tokens for programs ended.", .subject_tag = 1),
    .schema = 1);

static const struct field service_account_created_fields[] = {
    {UUID(service_account_created, user_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the account."},
    {TEXT(service_account_created, name), .tag = 2, .flags = REQUIRED, .max = 120,
     .doc = "Name to show."},
};
EVENT(
    service_account_created,
    EVT_SERVICE_ACCOUNT_CREATED,
    "identity.service_account_created",
    "An account was created that nobody signs in to: programs act for it.");

static const struct field sign_in_rules_changed_fields[] = {
    {UUID(sign_in_rules_changed, installation_id), .tag = 1, .flags = REQUIRED,
     .doc = "Id of the installation."},
    {BOOL(sign_in_rules_changed, second_factor_required), .tag = 2, .flags = REQUIRED,
     .doc = "Whether everybody needs a second factor."},
};
EVENT(
    sign_in_rules_changed,
    EVT_SIGN_IN_RULES_CHANGED,
    "identity.sign_in_rules_changed",
    "What holds of everybody's sign-ins changed.");

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
    &factor_offered_event,
    &factor_enabled_event,
    &factor_used_event,
    &recovery_codes_replaced_event,
    &factor_disabled_event,
    &session_refreshed_event,
    &sessions_ended_event,
    &api_token_created_event,
    &api_token_used_event,
    &api_tokens_ended_event,
    &service_account_created_event,
    &provider_created_event,
    &provider_changed_event,
    &provider_deleted_event,
    &identity_vouched_event,
    &user_provisioned_event,
    &sign_in_rules_changed_event,
    &security_key_added_event,
    &security_key_used_event,
    &security_key_removed_event,
    &device_trusted_event,
    &devices_ended_event,
    &provider_rules_set_event,
    &directory_user_linked_event,
    &directory_user_unlinked_event,
    &directory_group_created_event,
    &directory_group_changed_event,
    &directory_group_deleted_event,
    NULL,
};
