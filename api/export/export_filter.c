/*
 * Filters of exports: recorded ones hold what a search needs, and nothing personal.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/export/exports.h"
#include "core/base/buf.h"
#include "core/crypto/crypto.h"

enum { MOST_ORIGINS_BYTES = 1 << 16 }; /* 366 days */

static struct bytes join_origins(const struct list *origins, struct arena *arena)
{
    const struct bytes *items = origins->items;
    AUTO_BUF joined = {0};

    if (origins->items == NULL)
        return (struct bytes){NULL, 0};
    buf_init(&joined, MOST_ORIGINS_BYTES);
    for (size_t i = 0; i < origins->count; i++)
        buf_add(&joined, items[i].data, items[i].size);
    return bytes_copy(arena, buf_bytes(&joined));
}

static struct list cut_origins(struct bytes joined, struct arena *arena)
{
    size_t count = joined.size / DIGEST_SIZE;
    struct bytes *items;

    if (!bytes_are_present(joined))
        return (struct list){NULL, 0};
    items = arena_array(arena, count + 1, sizeof(*items));
    for (size_t i = 0; i < count; i++)
        items[i] = (struct bytes){joined.data + i * DIGEST_SIZE, DIGEST_SIZE};
    return (struct list){items, count};
}

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
        .origins = join_origins(&filter->origins, arena),
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
        .origins = cut_origins(filter->origins, arena),
        .outcome = filter->outcome.is,
    };
}
