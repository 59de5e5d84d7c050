/*
 * Arenas as a chain of blocks, newest first. A block doubles the size of the one before, up to
 * 1 MiB. The first one holds what a small call needs (4 to 6 KiB), so that a parked one costs no more.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

enum { FIRST_BLOCK_BYTES = 6144, LARGEST_BLOCK_BYTES = 1 << 20 };

struct block {
    struct block *older;
    size_t size;
    size_t used;
    max_align_t data[];
};

struct arena {
    struct block *newest;
    size_t ceiling;
    size_t used;
    bool is_full;
    bool is_secret;
};

static size_t aligned(size_t size)
{
    size_t unit = alignof(max_align_t);

    must(size <= SIZE_MAX - unit);
    return (size + unit - 1) / unit * unit;
}

static void add_block(struct arena *arena, size_t at_least)
{
    size_t size = arena->newest == NULL ? FIRST_BLOCK_BYTES : arena->newest->size * 2;
    struct block *block;

    if (size > LARGEST_BLOCK_BYTES)
        size = LARGEST_BLOCK_BYTES;
    if (size < at_least)
        size = at_least;
    block = heap_new(sizeof(*block) + size);
    block->size = size;
    block->older = arena->newest;
    arena->newest = block;
}

struct arena *arena_new(size_t ceiling_bytes)
{
    struct arena *arena = heap_new(sizeof(*arena));

    arena->ceiling = ceiling_bytes;
    return arena;
}

static void free_chain(const struct arena *arena, struct block *block)
{
    while (block != NULL) {
        struct block *older = block->older;
        if (arena->is_secret)
            explicit_bzero(block->data, block->used);
        heap_free(block);
        block = older;
    }
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    free_chain(arena, arena->newest);
    heap_free(arena);
}

void arena_release(struct arena **arena)
{
    arena_free(*arena);
    *arena = NULL;
}

void *arena_take(struct arena *arena, size_t size)
{
    size_t wanted = aligned(size == 0 ? 1 : size);
    struct block *block = arena->newest;
    void *memory;

    if (wanted > arena->ceiling - (arena->used < arena->ceiling ? arena->used : arena->ceiling))
        arena->is_full = true;
    if (block == NULL || block->size - block->used < wanted) {
        add_block(arena, wanted);
        block = arena->newest;
    }
    memory = (char *)block->data + block->used;
    block->used += wanted;
    arena->used += wanted;
    return memory;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;

    must(!__builtin_mul_overflow(count, size, &total));
    return arena_take(arena, total);
}

bool arena_has_room(struct arena *arena, size_t count, size_t size)
{
    size_t left = arena->used < arena->ceiling ? arena->ceiling - arena->used : 0;
    size_t total;

    if (__builtin_mul_overflow(count, size, &total) || total > left)
        arena->is_full = true;
    return !arena->is_full;
}

bool arena_is_full(const struct arena *arena)
{
    return arena->is_full;
}

size_t arena_used(const struct arena *arena)
{
    return arena->used;
}

void arena_reset(struct arena *arena)
{
    struct block *kept = arena->newest;

    if (kept != NULL) {
        free_chain(arena, kept->older);
        kept->older = NULL;
        memset(kept->data, 0, kept->used);
        kept->used = 0;
    }
    arena->used = 0;
    arena->is_full = false;
    arena->is_secret = false;
}

void arena_keep_secret(struct arena *arena)
{
    arena->is_secret = true;
}
