/*
 * Grants of roles that a product root key has signed, those that are good no more, too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/authority/role_grants.h"

#include "eventlog/events/identity_events.h"

const char *const role_grant_status_names[] = {"active", "expired", "revoked", "replaced", NULL};

static const struct field role_grant_row_fields[] = {
    {UUID(role_grant_row, id), .flags = REQUIRED, .doc = "Id of the grant."},
    {UUID(role_grant_row, user_id), .flags = REQUIRED, .doc = "Id of the person."},
    {ENUM(role_grant_row, role, platform_role_names), .flags = REQUIRED,
     .doc = "Role on the platform."},
    {ENUM(role_grant_row, status, role_grant_status_names), .flags = REQUIRED,
     .doc = "Whether it is good, or why it is no more."},
    {TIMESTAMP(role_grant_row, not_before), .flags = REQUIRED,
     .doc = "Time from which on it was taken."},
    {TIMESTAMP(role_grant_row, expires_at), .doc = "Time until which it is good; null: for ever."},
    {INT64(role_grant_row, serial), .flags = REQUIRED,
     .doc = "Number of the grant, larger than any before of the person."},
    {TEXT(role_grant_row, reason), .doc = "Reason that the signer gave; null: it came with an "
                                          "activation."},
    {BYTES(role_grant_row, root_key), .flags = REQUIRED,
     .doc = "Ed25519 public key that has signed it."},
    {JSON(role_grant_row, envelope), .doc = "The grant as it was signed; null once the person was "
                                            "forgotten."},
    {TIMESTAMP(role_grant_row, created_at), .flags = REQUIRED, .doc = "Time it was handed in."},
    {TIMESTAMP(role_grant_row, ended_at), .doc = "Time from which on it was good no more."},
    {TEXT(role_grant_row, end_reason), .doc = "Reason that whoever revoked it gave."},
    {JSON(role_grant_row, end_envelope), .doc = "The revocation as it was signed; null: there is "
                                                "none."},
};
const struct shape role_grant_row_shape =
    SHAPE(role_grant_row, "A grant of a role that a product root key has signed.");

static const struct table_index indexes[] = {
    {.columns = "created_at desc, id desc"},
    {.columns = "user_id, created_at desc, id desc"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "user_id", .blanks = "envelope, end_envelope"},
    {.of = NULL},
};

const struct table role_grants_table = {
    .name = "role_grants",
    .area = "authority",
    .shape = &role_grant_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
