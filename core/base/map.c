/*
 * Open addressing with linear probing and backward-shift deletion. Ids are random enough in their
 * last eight bytes to serve as their own hash; the multiplication spreads what is not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/map.h"

#include "core/base/heap.h"
#include "core/base/must.h"

#include <string.h>

enum { FIRST_CAPACITY = 16 };

struct slot {
    struct uuid key;
    void *value; /* NULL: free */
};

struct map {
    struct slot *slots;
    size_t capacity; /* a power of two */
    size_t count;
};

struct map *map_new(void)
{
    struct map *map = heap_new(sizeof(*map));

    map->capacity = FIRST_CAPACITY;
    map->slots = heap_array(map->capacity, sizeof(*map->slots));
    return map;
}

void map_free(struct map *map)
{
    if (map == NULL)
        return;
    heap_free(map->slots);
    heap_free(map);
}

static size_t first_slot(const struct map *map, struct uuid key)
{
    uint64_t words[2];

    memcpy(words, key.bytes, sizeof(words));
    return (size_t)(((words[0] ^ words[1]) * 0x9E3779B97F4A7C15ULL) >> 20) & (map->capacity - 1);
}

static size_t find(const struct map *map, struct uuid key)
{
    size_t at = first_slot(map, key);

    while (map->slots[at].value != NULL && !uuid_equal(map->slots[at].key, key))
        at = (at + 1) & (map->capacity - 1);
    return at;
}

static void grow(struct map *map)
{
    struct map bigger = {.capacity = map->capacity * 2, .count = map->count};

    bigger.slots = heap_array(bigger.capacity, sizeof(*bigger.slots));
    for (size_t i = 0; i < map->capacity; i++) {
        if (map->slots[i].value != NULL)
            bigger.slots[find(&bigger, map->slots[i].key)] = map->slots[i];
    }
    heap_free(map->slots);
    *map = bigger;
}

void *map_get(const struct map *map, struct uuid key)
{
    return map->slots[find(map, key)].value;
}

void map_fetch(const struct map *map, struct uuid key)
{
    __builtin_prefetch(&map->slots[first_slot(map, key)]);
}

void *map_put(struct map *map, struct uuid key, void *value)
{
    size_t at;
    void *before;

    must(value != NULL);
    if ((map->count + 1) * 4 > map->capacity * 3)
        grow(map);
    at = find(map, key);
    before = map->slots[at].value;
    if (before == NULL)
        map->count++;
    map->slots[at] = (struct slot){key, value};
    return before;
}

void *map_remove(struct map *map, struct uuid key)
{
    size_t mask = map->capacity - 1;
    size_t hole = find(map, key);
    void *before = map->slots[hole].value;

    if (before == NULL)
        return NULL;
    for (size_t at = (hole + 1) & mask; map->slots[at].value != NULL; at = (at + 1) & mask) {
        size_t wanted = first_slot(map, map->slots[at].key);
        if (((at - wanted) & mask) >= ((at - hole) & mask)) {
            map->slots[hole] = map->slots[at];
            hole = at;
        }
    }
    map->slots[hole].value = NULL;
    map->count--;
    return before;
}

size_t map_count(const struct map *map)
{
    return map->count;
}

void map_clear(struct map *map)
{
    memset(map->slots, 0, map->capacity * sizeof(*map->slots));
    map->count = 0;
}

bool map_next(const struct map *map, size_t *cursor, struct uuid *key, void **value)
{
    while (*cursor < map->capacity) {
        const struct slot *slot = &map->slots[(*cursor)++];
        if (slot->value != NULL) {
            *key = slot->key;
            *value = slot->value;
            return true;
        }
    }
    return false;
}
