/*
 * The only callers of malloc and its kin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/heap.h"

#include "core/base/must.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void *heap_new(size_t size)
{
    return heap_array(1, size);
}

void *heap_array(size_t count, size_t size)
{
    void *block = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

    must(block != NULL);
    return block;
}

char *heap_copy(const char *terminated)
{
    size_t size = strlen(terminated) + 1;

    return memcpy(heap_new(size), terminated, size);
}

void *heap_resize(void *block, size_t size)
{
    void *grown = realloc(block, size == 0 ? 1 : size);

    must(grown != NULL);
    return grown;
}

void *heap_grow(void *items, size_t count, size_t *room, size_t size)
{
    enum { FIRST_ROOM = 64 };

    if (count < *room)
        return items;
    must(*room <= SIZE_MAX / 2 / size);
    *room = *room == 0 ? FIRST_ROOM : 2 * *room;
    return heap_resize(items, *room * size);
}

void heap_free(void *block)
{
    free(block);
}

void heap_trim(void)
{
    (void)malloc_trim(0); /* tells only whether there was something */
}
