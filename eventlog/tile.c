/*
 * Names of tiles, and what is in them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/tile.h"

#include "core/base/must.h"

enum { GROUP_DIGITS = 3, GROUP_VALUES = 1000, MOST_GROUPS = 6, POSITION_BITS = 63 };

/* Decimal as tiles have it: no sign, no leading zero, at most `most`. */
static bool read_number(struct text digits, int64_t most, int64_t *out)
{
    if (digits.size == 0 || digits.data[0] < '0' || digits.data[0] > '9' ||
        (digits.size > 1 && digits.data[0] == '0'))
        return false;
    return text_to_int64(digits, out) && *out <= most;
}

/* Three digits exactly. */
static bool read_group(struct text digits, uint64_t *value)
{
    if (digits.size != GROUP_DIGITS)
        return false;
    for (size_t i = 0; i < GROUP_DIGITS; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        *value = *value * 10 + (uint64_t)(digits.data[i] - '0');
    }
    return true;
}

/* "x001/x234/067" and what follows the last group's digits; `rest` keeps what is behind the next slash. */
static bool read_index(struct text *rest, struct text *suffix, uint64_t *out)
{
    uint64_t index = 0;

    for (int groups = 0; groups < MOST_GROUPS; groups++) {
        struct text group = text_cut(rest, '/');
        if (group.size == 0 || group.data[0] != 'x') {
            *suffix = text_slice(group, GROUP_DIGITS, group.size);
            *out = index;
            return read_group(text_slice(group, 0, GROUP_DIGITS), out);
        }
        if (!read_group(text_slice(group, 1, group.size), &index) || index == 0)
            return false;
    }
    return false;
}

/* Nothing for a full tile, ".p" and a width for a partial one. */
static bool read_width(struct text suffix, struct text rest, unsigned *out)
{
    int64_t width = TILE_WIDTH;

    if (suffix.size == 0 && !text_is_present(rest)) {
        *out = TILE_WIDTH;
        return true;
    }
    if (!text_is(suffix, ".p") || !read_number(rest, TILE_WIDTH - 1, &width) || width == 0)
        return false;
    *out = (unsigned)width;
    return true;
}

bool tile_parse(struct text path, struct tile *out)
{
    struct text rest = path;
    struct text level = text_cut(&rest, '/');
    struct tile tile = {.is_of_entries = text_is(level, "entries")};
    struct text suffix;
    int64_t number = 0;

    if (!tile.is_of_entries && !read_number(level, TILE_LEVELS - 1, &number))
        return false;
    tile.level = (int)number;
    if (!text_is_present(rest) || !read_index(&rest, &suffix, &tile.index) ||
        !read_width(suffix, rest, &tile.width))
        return false;
    if (tile.index >> (POSITION_BITS - TILE_HEIGHT * (tile.level + 1)) != 0)
        return false;
    *out = tile;
    return true;
}

struct text tile_path(struct arena *arena, const struct tile *tile)
{
    struct text path = text_format(arena, "%03u", (unsigned)(tile->index % GROUP_VALUES));

    for (uint64_t left = tile->index / GROUP_VALUES; left > 0; left /= GROUP_VALUES)
        path = text_format(arena, "x%03u/%.*s", (unsigned)(left % GROUP_VALUES), TEXT_ARGS(path));
    if (tile->width < TILE_WIDTH)
        path = text_format(arena, "%.*s.p/%u", TEXT_ARGS(path), tile->width);
    if (tile->is_of_entries)
        return text_format(arena, "entries/%.*s", TEXT_ARGS(path));
    return text_format(arena, "%d/%.*s", tile->level, TEXT_ARGS(path));
}

bool tile_is_in(const struct tile *tile, uint64_t size)
{
    return tile->index * TILE_WIDTH + tile->width <= size >> (TILE_HEIGHT * tile->level);
}

uint64_t tile_full_count(int level, uint64_t size)
{
    return (size >> (TILE_HEIGHT * level)) / TILE_WIDTH;
}

unsigned tile_partial_width(int level, uint64_t size)
{
    return (unsigned)((size >> (TILE_HEIGHT * level)) % TILE_WIDTH);
}

bool tile_hashes(const struct tree_reader *reader, const struct tile *tile, struct digest *out)
{
    must(!tile->is_of_entries);
    for (unsigned i = 0; i < tile->width; i++) {
        uint64_t at = tree_stored_index(TILE_HEIGHT * tile->level, tile->index * TILE_WIDTH + i);
        if (!reader->read(reader->context, at, &out[i]))
            return false;
    }
    return true;
}
