/*
 * Files of the tz database (RFC 8536).
 *
 *   header │ block of 32 bits │ header │ block of 64 bits │ '\n' rule '\n'
 *            version 1                   version 2 and later
 *   header: "TZif" │ version │ 15 unused │ counts: isut, isstd, leap, time, type, char
 *   block:  time × instants │ time × type of what follows │ type × (offset 4, summer 1, name 1) │ …
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/zone_internal.h"

#include <string.h>

enum {
    HEADER_BYTES = 44,
    COUNTS_AT = 20,
    TYPE_BYTES = 6,
    MOST_CHANGES = 10000,
    MOST_OFFSET = 93600
};
enum { OF_UT, OF_STANDARD, OF_LEAP, OF_TIME, OF_TYPE, OF_CHAR, COUNTS };

struct block {
    uint32_t counts[COUNTS];
    size_t time_bytes; /* of an instant */
    struct bytes bytes;
};

static int64_t read_number(const uint8_t *at, size_t size)
{
    uint64_t number = (at[0] & 0x80) != 0 ? UINT64_MAX : 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | at[i];
    return (int64_t)number;
}

static struct bytes after(struct bytes bytes, size_t size)
{
    return (struct bytes){bytes.data + size, bytes.size - size};
}

static size_t block_size(const struct block *block)
{
    const uint32_t *counts = block->counts;

    return counts[OF_TIME] * (block->time_bytes + 1) + (size_t)counts[OF_TYPE] * TYPE_BYTES +
           counts[OF_CHAR] + counts[OF_LEAP] * (block->time_bytes + 4) + counts[OF_STANDARD] +
           counts[OF_UT];
}

/* Takes a header and the block behind it off the front. */
static bool take_block(struct bytes *rest, size_t time_bytes, struct block *out)
{
    struct block block = {.time_bytes = time_bytes};
    size_t size;

    if (rest->size < HEADER_BYTES || memcmp(rest->data, "TZif", 4) != 0)
        return false;
    for (size_t i = 0; i < COUNTS; i++) {
        block.counts[i] = (uint32_t)read_number(rest->data + COUNTS_AT + i * 4, 4);
        if (block.counts[i] > MOST_CHANGES)
            return false;
    }
    size = block_size(&block);
    if (rest->size - HEADER_BYTES < size || block.counts[OF_TYPE] == 0)
        return false;
    block.bytes = (struct bytes){rest->data + HEADER_BYTES, size};
    *rest = after(*rest, HEADER_BYTES + size);
    *out = block;
    return true;
}

/* Of a type, by its number. */
static bool read_offset(const struct block *block, size_t type, int64_t *out)
{
    size_t types_at = block->counts[OF_TIME] * (block->time_bytes + 1);

    if (type >= block->counts[OF_TYPE])
        return false;
    *out = read_number(block->bytes.data + types_at + type * TYPE_BYTES, 4);
    return *out > -MOST_OFFSET && *out < MOST_OFFSET;
}

static bool read_changes(const struct block *block, struct zone *zone)
{
    size_t count = block->counts[OF_TIME];
    const uint8_t *types = block->bytes.data + count * block->time_bytes;

    for (size_t i = 0; i < count; i++) {
        struct zone_change *change = &zone->changes[i];
        change->at = read_number(block->bytes.data + i * block->time_bytes, block->time_bytes);
        if (!read_offset(block, types[i], &change->offset) ||
            (i > 0 && change->at <= zone->changes[i - 1].at))
            return false;
    }
    zone->count = count;
    return read_offset(block, 0, &zone->first_offset);
}

/* Between two line ends; an empty one says nothing. */
static bool read_rule(struct bytes rest, struct zone *zone)
{
    struct text line = text_of_bytes(rest);
    size_t end = rest.size < 2 || rest.data[0] != '\n' ? 0 : text_find(line, '\n', 1);

    if (end == 0 || end >= line.size)
        return false;
    zone->has_rule = end > 1;
    return end == 1 || zone_rule_read(text_slice(line, 1, end - 1), &zone->rule);
}

const struct zone *zone_read(struct bytes file, struct arena *arena)
{
    struct zone *zone = arena_one(arena, struct zone);
    struct block block;
    bool has_64_bits = file.size > 4 && file.data[4] >= '2';

    *zone = (struct zone){.icu_name = NULL};
    if (!take_block(&file, 4, &block) || (has_64_bits && !take_block(&file, 8, &block)))
        return NULL;
    zone->changes = arena_array(arena, block.counts[OF_TIME], sizeof(*zone->changes));
    if (!read_changes(&block, zone) || (has_64_bits && !read_rule(file, zone)))
        return NULL;
    return zone;
}
