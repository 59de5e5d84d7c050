/*
 * Rolling runs, newest first, and their targets in their order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/rolling/rolling_resources.h"

#include "migrations/rolling/rolling_runs.h"
#include "migrations/rolling/rolling_targets.h"

static const struct filter run_filters[] = {
    {.name = "status", .comparison = FILTER_EQUAL, .doc = "Only rolling runs with this status."},
    {.name = "owner_user_id",
     .comparison = FILTER_EQUAL,
     .doc = "Only rolling runs that this person created."},
    {.name = NULL},
};

const struct resource rolling_run_resource = {
    .name = "rolling_runs",
    .table = &rolling_runs_table,
    .scope = SCOPE_WORKSPACE,
    .missing = "Rolling run %s was not found",
    .filters = run_filters,
    .order = {{"created_at", true}, {"id", true}},
    .limit = {.usual = 50, .most = 100},
};

static const struct filter target_filters[] = {
    {.name = "status", .comparison = FILTER_EQUAL, .doc = "Only targets with this status."},
    {.name = NULL},
};

const struct resource rolling_target_resource = {
    .name = "rolling_targets",
    .table = &rolling_targets_table,
    .scope = SCOPE_PARENT,
    .scope_column = "rolling_run_id",
    .parent = &rolling_run_resource,
    .filters = target_filters,
    .order = {{"number", false}, {"id", false}},
    .limit = {.usual = 100, .most = 1000},
};
