/*
 * Legal holds, those in place and, where asked for, those that were released.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/privacy/hold_resource.h"

#include "migrations/privacy/holds.h"

static const struct filter hold_filters[] = {
    {.name = "include_released",
     .comparison = FILTER_INCLUDES,
     .column = "is_released",
     .doc = "Whether to list holds that are no longer in place, too."},
    {.name = NULL},
};

const struct resource hold_resource = {
    .name = "holds",
    .table = &holds_table,
    .scope = SCOPE_PLATFORM,
    .id_parameter = "hold_id",
    .missing = "Hold %s was not found",
    .filters = hold_filters,
    .order = {{"placed_at", false}, {"id", false}},
    .limit = {.usual = 50, .most = 100},
};
