/*
 * Selections. A list shows all there can be of a workspace, the newest first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/selection/selection_resources.h"

#include "migrations/selection/selections.h"

const struct resource selection_resource = {
    .name = "selections",
    .table = &selections_table,
    .scope = SCOPE_WORKSPACE,
    .id_parameter = "selection_id",
    .missing = "Selection %s was not found",
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 200, .most = 200},
};
