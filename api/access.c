/*
 * A map of bounded size; when it is full it starts anew. Its keys are made from the token's digest,
 * which nobody can choose, so that entries of one key are no attack but a rare miss.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/access.h"

#include "core/base/heap.h"
#include "core/base/map.h"

#include <string.h>

enum { MOST_CACHED = 4096 };

struct access_cache {
    struct map *entries; /* key → struct caller_access */
    uint64_t generation;
};

struct access_cache *access_cache_new(void)
{
    struct access_cache *cache = heap_new(sizeof(*cache));

    cache->entries = map_new();
    return cache;
}

static void forget_all(struct access_cache *cache)
{
    size_t cursor = 0;
    struct uuid key;
    void *value;

    while (map_next(cache->entries, &cursor, &key, &value))
        heap_free(value);
    map_clear(cache->entries);
}

void access_cache_free(struct access_cache *cache)
{
    if (cache == NULL)
        return;
    forget_all(cache);
    map_free(cache->entries);
    heap_free(cache);
}

static struct uuid key_of(const struct digest *token, struct uuid workspace_id)
{
    struct uuid key = UUID_NONE;

    for (size_t i = 0; i < sizeof(key.bytes); i++)
        key.bytes[i] = token->bytes[i] ^ workspace_id.bytes[i];
    return key;
}

static bool is_over(struct timestamp end, struct timestamp now)
{
    return timestamp_is_present(end) && end.us <= now.us;
}

const struct caller_access *access_cache_get(
    struct access_cache *cache,
    uint64_t generation,
    const struct digest *token,
    struct uuid workspace_id,
    struct timestamp now)
{
    const struct caller_access *access;

    if (cache->generation != generation) {
        forget_all(cache);
        cache->generation = generation;
    }
    access = map_get(cache->entries, key_of(token, workspace_id));
    if (access == NULL || memcmp(access->token.bytes, token->bytes, DIGEST_SIZE) != 0 ||
        !uuid_equal(access->workspace_id, workspace_id) || is_over(access->token_ends_at, now) ||
        is_over(access->role_ends_at, now))
        return NULL;
    return access;
}

void access_cache_put(struct access_cache *cache, const struct caller_access *access)
{
    struct caller_access *kept;

    if (access->generation != cache->generation)
        return; /* such facts changed while the question was on its way */
    if (map_count(cache->entries) >= MOST_CACHED)
        forget_all(cache);
    kept = heap_new(sizeof(*kept));
    *kept = *access;
    heap_free(map_put(cache->entries, key_of(&access->token, access->workspace_id), kept));
}

void access_cache_note_use(struct access_cache *cache, const struct caller_access *access)
{
    struct caller_access *known =
        map_get(cache->entries, key_of(&access->token, access->workspace_id));

    if (known != NULL)
        known->token_used_at = access->token_used_at;
}
