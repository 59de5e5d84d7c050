/*
 * Tiles: the first byte chooses. A path that is read is written again to the same letters, and is of a tree that
 * has it. Files of a log, made up, are never taken for one that was signed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/tile.h"
#include "eventlog/tile_check.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_path(struct arena *arena, struct text path)
{
    struct tile tile;
    uint64_t least;

    if (!tile_parse(path, &tile))
        return;
    must(text_equal(tile_path(arena, &tile), path));
    must(tile.width >= 1 && tile.width <= TILE_WIDTH && tile.level < TILE_LEVELS);
    least = (tile.index * TILE_WIDTH + tile.width) << (TILE_HEIGHT * tile.level);
    must(tile_is_in(&tile, least) && !tile_is_in(&tile, least - 1));
}

/* Each file is the next part of the input, behind its size. */
static enum status give(void *context, const char *path, struct buf *out, struct error *error)
{
    struct text *rest = context;
    size_t size = rest->size == 0 ? 0 : (size_t)(unsigned char)rest->data[0] * 8;

    (void)path;
    (void)error;
    *rest = text_slice(*rest, 1, rest->size);
    buf_add_text(out, text_slice(*rest, 0, size));
    *rest = text_slice(*rest, size, rest->size);
    return STATUS_OK;
}

static void check_files(struct text rest)
{
    const struct tile_source source = {give, &rest};
    struct checkpoint checkpoint = {.origin = text_lit("a"), .root = {{1}}};
    struct error error = {0};

    if (rest.size < 2)
        return;
    checkpoint.size = 1 + (uint64_t)(unsigned char)rest.data[0] * 4;
    rest = text_slice(rest, 1, rest.size);
    must(tile_check(&source, &checkpoint, &error) == STATUS_CORRUPT && error.text[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    struct text rest = {(const char *)data + 1, size - 1};

    if (size == 0)
        return 0;
    if (data[0] % 2 == 0)
        read_path(arena, rest);
    else
        check_files(rest);
    return 0;
}
