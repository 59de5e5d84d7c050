/*
 * The catalogue turned round: from a type of event to its handlers, sorted once per build.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/alloc.h"
#include "projections/listeners_internal.h"

#include <stdlib.h>

static int compare_types(const struct event_type *a, const struct event_type *b)
{
    return (uintptr_t)a < (uintptr_t)b ? -1 : (uintptr_t)a > (uintptr_t)b;
}

static int compare_listeners(const void *a, const void *b)
{
    const struct listener *x = a;
    const struct listener *y = b;
    int by_type = compare_types(x->type, y->type);

    if (by_type != 0)
        return by_type;
    return x->order < y->order ? -1 : x->order > y->order;
}

static size_t count_handlers(void)
{
    size_t count = 0;

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        for (size_t j = 0; projector_catalog[i]->handlers[j].event != NULL; j++)
            count++;
    }
    return count;
}

void listeners_init(struct listeners *listeners)
{
    size_t count = 0;

    listeners->items = heap_array(count_handlers(), sizeof(*listeners->items));
    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        const struct projector *projector = projector_catalog[i];
        for (size_t j = 0; projector->handlers[j].event != NULL; j++, count++)
            listeners->items[count] = (struct listener){
                projector->handlers[j].event, count, projector, &projector->handlers[j]};
    }
    listeners->count = count;
    qsort(listeners->items, count, sizeof(*listeners->items), compare_listeners);
}

void listeners_fini(struct listeners *listeners)
{
    heap_free(listeners->items);
    *listeners = (struct listeners){0};
}

const struct listener *
listeners_of(const struct listeners *listeners, const struct event_type *type, size_t *out_count)
{
    size_t low = 0;
    size_t high = listeners->count;
    size_t end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_types(listeners->items[middle].type, type) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (end = low; end < listeners->count && listeners->items[end].type == type;)
        end++;
    *out_count = end - low;
    return listeners->items + low;
}
