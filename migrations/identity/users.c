/*
 * The people with an account, as lists and profiles show them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/identity/users.h"

#include "eventlog/events/identity_events.h"

static const struct field user_row_fields[] = {
    {UUID(user_row, id), .flags = REQUIRED, .doc = "Id of the person."},
    {TEXT(user_row, email), .doc = "Address to sign in with; null once the person was forgotten."},
    {TEXT(user_row, name), .doc = "Name to show; null once the person was forgotten."},
    {ENUM(user_row, role, platform_role_names), .flags = REQUIRED, .doc = "Role on the platform."},
    {BOOL(user_row, is_active), .flags = REQUIRED, .doc = "Whether the person may sign in."},
    {TEXT(user_row, timezone), .flags = REQUIRED, .doc = "Time zone to show times in."},
    {TEXT(user_row, invite_status), .flags = REQUIRED,
     .doc = "Status of the invitation: pending, accepted or revoked."},
    {TIMESTAMP(user_row, last_invited_at), .doc = "Time the last invitation was sent."},
    {TIMESTAMP(user_row, activated_at), .doc = "Time the invitation was accepted."},
    {BOOL(user_row, critical_event_emails_enabled), .flags = REQUIRED,
     .doc = "Whether critical events are mailed to the person."},
    {BOOL(user_row, enrollment_emails_enabled), .flags = REQUIRED,
     .doc = "Whether enrollments of nodes are mailed to the person."},
    {BOOL(user_row, mfa_enabled), .flags = REQUIRED,
     .doc = "Whether a second factor is required to sign in."},
    {TIMESTAMP(user_row, created_at), .flags = REQUIRED, .doc = "Time the account was created."},
    {TIMESTAMP(user_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {ENUM(user_row, kind, user_kind_names), .flags = OMIT_ABSENT,
     .doc = "What the account is, where it is no person's."},
    {UUID(user_row, directory_id), .flags = HIDDEN,
     .doc = "Id of the provider whose directory looks after the account."},
    {TEXT(user_row, external_id), .flags = HIDDEN, .doc = "Id of the person in that directory."},
    {INT64(user_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape user_row_shape = SHAPE(user_row, "A person with an account.");

static const struct table_index indexes[] = {
    {.columns = "created_at, id"},
    {.columns = "created_at, id", .where = "kind is not null"},
    {.columns = "directory_id, email", .where = "directory_id is not null"},
    {.columns = "directory_id, external_id", .where = "directory_id is not null"},
    {.columns = "directory_id, id", .where = "directory_id is not null"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "id", .blanks = "email, name, external_id"},
    {.of = NULL},
};

const struct table users_table = {
    .name = "users",
    .area = "identity",
    .shape = &user_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
