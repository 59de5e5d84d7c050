/*
 * Filters of exports: recorded ones hold what a search needs, and nothing personal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/exports.h"

struct export_filter export_filter_record(const struct timeline_filter *filter, struct arena *arena)
{
    return (struct export_filter){
        .workspace = filter->workspace,
        .actor = filter->actor,
        .actor_kind = {filter->actor_kind},
        .entity = filter->entity,
        .type = filter->type,
        .correlation = filter->correlation,
        .causation = filter->causation,
        .origins = filter->origin == NULL ? (struct bytes){NULL, 0}
                                          : timeline_origin_digests(filter->origin, arena),
        .outcome = {filter->outcome},
    };
}

struct timeline_filter export_filter_search(const struct export_filter *filter, struct arena *arena)
{
    return (struct timeline_filter){
        .workspace = filter->workspace,
        .actor = filter->actor,
        .actor_kind = filter->actor_kind.is,
        .entity = filter->entity,
        .type = filter->type,
        .correlation = filter->correlation,
        .causation = filter->causation,
        .origin = bytes_are_present(filter->origins)
                      ? timeline_origin_of_digests(filter->origins, arena)
                      : NULL,
        .outcome = filter->outcome.is,
    };
}
