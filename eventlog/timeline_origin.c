/*
 * Digests by their day.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/timeline_origin.h"

#include "core/base/must.h"
#include "eventlog/keyed_digest.h"

#include <string.h>

struct timeline_origin {
    struct keyring *keyring; /* NULL: the digests are there, and of days that are not known */
    struct text address;
    struct arena *arena;
    struct bytes *digests; /* absent where none was needed yet */
    size_t count;
    int64_t first_day;
};

struct timeline_origin *timeline_origin_of_days(
    struct keyring *keyring,
    struct text address,
    int64_t first_day,
    size_t days,
    struct arena *arena)
{
    struct timeline_origin *origin = arena_one(arena, struct timeline_origin);

    *origin = (struct timeline_origin){
        .keyring = keyring,
        .address = address,
        .arena = arena,
        .digests = arena_array(arena, days + 1, sizeof(*origin->digests)),
        .count = days,
        .first_day = first_day,
    };
    return origin;
}

struct timeline_origin *timeline_origin_of_digests(struct bytes joined, struct arena *arena)
{
    struct timeline_origin *origin = arena_one(arena, struct timeline_origin);
    size_t count = joined.size / DIGEST_SIZE;

    *origin = (struct timeline_origin){
        .digests = arena_array(arena, count + 1, sizeof(*origin->digests)), .count = count};
    for (size_t i = 0; i < count; i++)
        origin->digests[i] = (struct bytes){joined.data + i * DIGEST_SIZE, DIGEST_SIZE};
    return origin;
}

bool timeline_origin_has_days(const struct timeline_origin *origin)
{
    return origin->keyring != NULL;
}

size_t timeline_origin_count(const struct timeline_origin *origin)
{
    return origin->count;
}

static struct bytes digest_at(struct timeline_origin *origin, size_t i)
{
    struct bytes *digest = &origin->digests[i];

    if (!bytes_are_present(*digest))
        *digest = keyed_digest_address(
            origin->keyring, keyed_digest_day_start(origin->first_day + (int64_t)i), origin->arena,
            origin->address);
    return *digest;
}

struct bytes timeline_origin_digests(struct timeline_origin *origin, struct arena *arena)
{
    uint8_t *joined = arena_take(arena, origin->count * DIGEST_SIZE + 1);

    for (size_t i = 0; i < origin->count; i++)
        memcpy(joined + i * DIGEST_SIZE, digest_at(origin, i).data, DIGEST_SIZE);
    return (struct bytes){joined, origin->count * DIGEST_SIZE};
}

size_t timeline_origin_keys(
    struct timeline_origin *origin, int64_t first, int64_t last, struct index_key *out)
{
    int64_t from = 0;
    int64_t end = (int64_t)origin->count;
    size_t count = 0;

    if (timeline_origin_has_days(origin)) {
        from = first > origin->first_day ? first - origin->first_day : 0;
        end = last < origin->first_day + end - 1 ? last - origin->first_day + 1 : end;
    }
    for (int64_t i = from; i < end; i++)
        out[count++] = (struct index_key){LEDGER_INDEX_ORIGIN, digest_at(origin, (size_t)i)};
    return count;
}

bool timeline_origin_has(struct timeline_origin *origin, const struct record *record)
{
    struct index_key keys[1];
    int64_t day = keyed_digest_day(record->entry.recorded_at);
    struct bytes digest = index_key_origin(record);

    if (digest.size == 0)
        return false;
    if (timeline_origin_has_days(origin))
        return timeline_origin_keys(origin, day, day, keys) == 1 &&
               bytes_equal(keys[0].key, digest);
    for (size_t i = 0; i < origin->count; i++) {
        if (bytes_equal(origin->digests[i], digest))
            return true;
    }
    return false;
}
