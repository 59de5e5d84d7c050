/*
 * Arenas: memory that ends with the call, the batch or the transaction. Nothing inside is freed
 * singly. Every arena has a ceiling; what a caller can make grow is refused there, softly.
 *
 * One thread at a time uses an arena; it may be handed over with the call that owns it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

#include "core/base/attributes.h"

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Given to the caller. `ceiling_bytes` is the most it will ever hold. */
struct arena *arena_new(size_t ceiling_bytes);

/* Frees everything in it. Accepts NULL. */
void arena_free(struct arena *arena);
void arena_release(struct arena **arena); /* for CLEANUP */
#define AUTO_ARENA CLEANUP(arena_release) struct arena *

/* Zeroed memory aligned for any object. Past the ceiling the arena is marked full and an
 * emergency block is handed out, so that straight-line code needs no check at every step: ask
 * arena_is_full() once, before the result is used for anything lasting. */
void *arena_take(struct arena *arena, size_t size);

/* The same for `count` items of `size` bytes. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* Would `count` items of `size` bytes still fit? If not, marks the arena full. To be asked before
 * an array whose length somebody else chose, because the emergency block would be as large. */
MUST_USE bool arena_has_room(struct arena *arena, size_t count, size_t size);

/* Did a request ever pass the ceiling? */
bool arena_is_full(const struct arena *arena);

/* Bytes handed out. */
size_t arena_used(const struct arena *arena);

/* From now on what lies in it is overwritten before its memory is given back. For what was sealed. */
void arena_keep_secret(struct arena *arena);

/* Forgets everything in it and the full mark, keeping one block for reuse. */
void arena_reset(struct arena *arena);

/* One zeroed object of a type, in the arena. */
#define arena_one(arena, type) ((type *)arena_take((arena), sizeof(type)))

#endif
