/*
 * Tokens for programs that are good. Their texts are in no row, nor what they could be made of.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "migrations/identity/api_tokens.h"

#include "eventlog/events/identity_events.h"

static const struct field api_token_row_fields[] = {
    {UUID(api_token_row, id), .flags = REQUIRED, .doc = "Id of the token."},
    {UUID(api_token_row, user_id), .flags = REQUIRED, .doc = "Id of its owner."},
    {TEXT(api_token_row, name), .flags = REQUIRED, .doc = "What it is for."},
    {ENUM(api_token_row, scope, token_scope_names), .flags = REQUIRED,
     .doc = "What it opens of what its owner may."},
    {LIST_OF(api_token_row, workspace_ids, KIND_UUID),
     .doc = "Workspaces that it is good in; null: all."},
    {TEXT(api_token_row, networks),
     .doc = "Addresses and networks that it may come from; null: all."},
    {UUID(api_token_row, created_by_user_id), .doc = "Person who made it."},
    {TIMESTAMP(api_token_row, created_at), .flags = REQUIRED, .doc = "Time it was made."},
    {TIMESTAMP(api_token_row, expires_at), .flags = REQUIRED,
     .doc = "Time until which it is good."},
    {TIMESTAMP(api_token_row, last_used_at),
     .doc = "Time of its last use, to the hour; null: never."},
};
const struct shape api_token_row_shape = SHAPE(api_token_row, "A token for a program.");

static const struct table_index indexes[] = {
    {.columns = "user_id, created_at, id"},
    {.columns = NULL},
};

static const struct table_erasure erasures[] = {
    {.of = "user_id", .removes = true},
    {.of = NULL},
};

const struct table api_tokens_table = {
    .name = "api_tokens",
    .area = "identity",
    .shape = &api_token_row_shape,
    .indexes = indexes,
    .erasures = erasures,
};
