/*
 * The people with an account: for platform admins, and everybody themselves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/identity/user_resources.h"

const struct resource user_resource = {
    .name = "users",
    .table = &users_table,
    .scope = SCOPE_PLATFORM,
    .id_parameter = "user_id",
    .missing = "User was not found",
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 1000, .most = 1000},
};

const struct resource me_resource = {
    .name = "me",
    .table = &users_table,
    .scope = SCOPE_CALLER,
    .missing = "User was not found",
};

const struct resource service_account_resource = {
    .name = "service_accounts",
    .table = &users_table,
    .scope = SCOPE_PLATFORM,
    .id_parameter = "user_id",
    .missing = "User was not found",
    .where = "users.kind = 'service_account'",
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 1000, .most = 1000},
};
