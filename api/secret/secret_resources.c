/*
 * Secrets. A list shows all there can be of a workspace, the newest first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/secret/secret_resources.h"

#include "migrations/secret/secrets.h"

const struct resource secret_resource = {
    .name = "secrets",
    .table = &secrets_table,
    .scope = SCOPE_WORKSPACE,
    .id_parameter = "secret_id",
    .missing = "Secret %s was not found",
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 200, .most = 200},
};
