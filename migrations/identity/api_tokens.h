/*
 * Tokens for programs. The fields are those of the rows; what they mean is in the .c file.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef MIGRATIONS_IDENTITY_API_TOKENS_H
#define MIGRATIONS_IDENTITY_API_TOKENS_H

#include "core/db/table.h"

struct api_token_row {
    struct uuid id;
    struct uuid user_id;
    struct text name;
    struct enum_value scope;
    struct list workspace_ids;
    struct text networks;
    struct uuid created_by_user_id;
    struct timestamp created_at;
    struct timestamp expires_at;
    struct timestamp last_used_at;
};
extern const struct shape api_token_row_shape;
extern const struct table api_tokens_table;

#endif
