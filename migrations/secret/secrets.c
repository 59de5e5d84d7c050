/*
 * The secrets of workspaces, without their values.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/secret/secrets.h"

static const struct field secret_row_fields[] = {
    {UUID(secret_row, id), .flags = REQUIRED, .doc = "Id of the secret."},
    {UUID(secret_row, workspace_id), .flags = REQUIRED,
     .doc = "Workspace that the secret belongs to."},
    {TEXT(secret_row, name), .flags = REQUIRED,
     .doc = "Name of the secret, by which payloads and templates refer to it."},
    {TEXT(secret_row, description), .doc = "What the secret is for."},
    {INT64(secret_row, version), .flags = REQUIRED,
     .doc = "Number of its newest version, from 1; the value is never shown."},
    {TIMESTAMP(secret_row, expires_at),
     .doc = "Time from which on no task is given it; null: never."},
    {TIMESTAMP(secret_row, rotated_at), .flags = REQUIRED,
     .doc = "Time it was given its newest value."},
    {TIMESTAMP(secret_row, last_used_at), .doc = "Time a task was last given it."},
    {UUID(secret_row, created_by_user_id), .doc = "Person who created it."},
    {UUID(secret_row, updated_by_user_id), .doc = "Person who changed it last."},
    {TIMESTAMP(secret_row, created_at), .flags = REQUIRED, .doc = "Time the secret was created."},
    {TIMESTAMP(secret_row, updated_at), .flags = REQUIRED, .doc = "Time of the last change."},
    {INT64(secret_row, revision), .flags = HIDDEN,
     .doc = "Number of events of its stream so far; the entity tag."},
};
const struct shape secret_row_shape =
    SHAPE(secret_row, "A secret of a workspace, without its value.");

static const struct table_index indexes[] = {
    {.columns = "workspace_id, created_at desc, id desc"},
    {.columns = NULL},
};

const struct table secrets_table = {
    .name = "secrets",
    .area = "secret",
    .shape = &secret_row_shape,
    .indexes = indexes,
};
