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

static const struct handler *
handler_of(const struct projector *projector, const struct event_type *type)
{
    const struct handler *handler = projector->handlers;

    if (projector->handler_of != NULL)
        return projector->handler_of(type);
    while (handler->event != NULL && handler->event != type)
        handler++;
    return handler->event == NULL ? NULL : handler;
}

/* Counts who listens to a type, and writes them to `out` unless that is NULL. */
static size_t find_listeners(const struct event_type *type, struct listener *out)
{
    size_t count = 0;

    for (size_t i = 0; projector_catalog[i] != NULL; i++) {
        const struct handler *handler = handler_of(projector_catalog[i], type);
        if (handler == NULL)
            continue;
        if (out != NULL)
            out[count] = (struct listener){type, i, projector_catalog[i], handler};
        count++;
    }
    return count;
}

static size_t find_all_listeners(struct listener *out)
{
    size_t count = 0;

    for (const struct event_area *area = event_catalog; area->name != NULL; area++) {
        for (size_t i = 0; area->types[i] != NULL; i++)
            count += find_listeners(area->types[i], out == NULL ? NULL : out + count);
    }
    return count;
}

void listeners_init(struct listeners *listeners)
{
    listeners->count = find_all_listeners(NULL);
    listeners->items = heap_array(listeners->count, sizeof(*listeners->items));
    find_all_listeners(listeners->items);
    qsort(listeners->items, listeners->count, sizeof(*listeners->items), compare_listeners);
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
