/*
 * Grants of roles, the newest first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/authority/authority_resources.h"

#include "migrations/authority/role_grants.h"

static const struct filter filters[] = {
    {.name = "user_id", .doc = "Of this person only."},
    {.name = "status", .doc = "Those that are active, expired, revoked or replaced only."},
    {.name = NULL},
};

const struct resource role_grant_resource = {
    .name = "role_grants",
    .table = &role_grants_table,
    .scope = SCOPE_PLATFORM,
    .id_parameter = "grant_id",
    .missing = "Grant %s was not found",
    .filters = filters,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 100, .most = 1000},
};
