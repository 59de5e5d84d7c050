/*
 * The heap, for what outlives a call. Running out of memory ends the process: what users can make
 * grow is refused long before, by an arena or a buffer with a ceiling.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_HEAP_H
#define CORE_BASE_HEAP_H

#include <stddef.h>

/* Zeroed memory, given to the caller; free with heap_free(). Never NULL. */
void *heap_new(size_t size);

/* Zeroed memory for `count` items of `size` bytes. Aborts on overflow. Never NULL. */
void *heap_array(size_t count, size_t size);

/* A copy of a C string. Never NULL. */
char *heap_copy(const char *terminated);

/* Grows (or shrinks) a block; new bytes are not zeroed. Never NULL. */
void *heap_resize(void *block, size_t size);

/* Room for one more item of `size` bytes in an array that holds `count`: `*room`, which begins as 0 with an array of
 * NULL, is doubled where it is full. Aborts on overflow. Never NULL. */
void *heap_grow(void *items, size_t count, size_t *room, size_t size);

/* Accepts NULL. */
void heap_free(void *block);

/* Gives what is free back to the system, which the allocator alone keeps between blocks that live.
 * Takes milliseconds after a storm, and holds up whoever allocates meanwhile. Any thread. */
void heap_trim(void);

#endif
