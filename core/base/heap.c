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

void heap_free(void *block)
{
    free(block);
}

void heap_trim(void)
{
    (void)malloc_trim(0); /* tells only whether there was something */
}
