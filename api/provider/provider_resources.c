/*
 * Providers that people sign in through, for platform admins.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/provider/provider_resources.h"

#include "migrations/identity/providers.h"

const struct resource provider_resource = {
    .name = "providers",
    .table = &providers_table,
    .scope = SCOPE_PLATFORM,
    .id_parameter = "provider_id",
    .missing = "OIDC provider %s was not found.",
    .order = {{"name", false}, {"id", false}},
    .limit = {.usual = 100, .most = 100},
};
