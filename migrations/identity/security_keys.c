/*
 * Security keys that sign-ins take. What a key knows itself by, and what it signs by, is in no row.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/identity/security_keys.h"

static const struct field security_key_row_fields[] = {
    {UUID(security_key_row, id), .flags = REQUIRED, .doc = "Id of the security key."},
    {UUID(security_key_row, user_id), .flags = REQUIRED, .doc = "Id of its owner."},
    {TEXT(security_key_row, name), .doc = "Name that its owner gave it."},
    {LIST_OF(security_key_row, transports, KIND_TEXT), .doc = "How browsers reach it."},
    {TIMESTAMP(security_key_row, created_at), .flags = REQUIRED, .doc = "Time it was registered."},
    {TIMESTAMP(security_key_row, last_used_at), .doc = "Time of its last use; null: never."},
};
const struct shape security_key_row_shape = SHAPE(security_key_row, "A security key.");

static const struct table_index indexes[] = {
    {.columns = "user_id, created_at, id"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "user_id", .removes = true},
    {.of = NULL},
};

const struct table security_keys_table = {
    .name = "security_keys",
    .area = "identity",
    .shape = &security_key_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
