/*
 * A hash map from 16-byte ids to pointers. Values are borrowed: the map never frees them.
 * One thread at a time.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CORE_BASE_MAP_H
#define CORE_BASE_MAP_H

#include "core/base/uuid.h"

#include <stddef.h>

struct map;

struct map *map_new(void);
void map_free(struct map *map); /* accepts NULL */

/* NULL when absent. */
void *map_get(const struct map *map, struct uuid key);

/* Has the processor fetch what is looked at for a key, which is asked for soon. */
void map_fetch(const struct map *map, struct uuid key);

/* Stores a value that is not NULL; returns the one it replaced, or NULL. */
void *map_put(struct map *map, struct uuid key, void *value);

/* Returns what was there, or NULL. */
void *map_remove(struct map *map, struct uuid key);

size_t map_count(const struct map *map);
void map_clear(struct map *map);

/* Walks all pairs in no particular order: start with *cursor 0; false at the end. The map must
 * not change meanwhile. */
bool map_next(const struct map *map, size_t *cursor, struct uuid *key, void **value);

#endif
