/*
 * Templates of tasks. A list shows all there can be of a workspace, those in use first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/template/template_resources.h"

#include "migrations/template/templates.h"

const struct resource template_resource = {
    .name = "templates",
    .table = &templates_table,
    .scope = SCOPE_WORKSPACE,
    .id_parameter = "template_id",
    .missing = "Task template %s was not found",
    .order = {{"is_archived", false}, {"created_at", true}, {"id", true}},
    .limit = {.usual = 200, .most = 200},
};
