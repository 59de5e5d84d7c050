/*
 * A window of bundles and tiles of level 0, in the order in which tile_check() reads them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "replay/log_source.h"

#include "core/base/arena.h"
#include "core/base/heap.h"
#include "core/outbound/fetch.h"
#include "eventlog/record.h"
#include "eventlog/tile.h"
#include "replay/log_copy.h"

#include <stdio.h>
#include <string.h>

enum {
    PATH_SIZE = 128,
    LARGEST_BUNDLE = TILE_WIDTH * (2 + ENTRY_MAX_BYTES),
    LARGEST_TILE = TILE_WIDTH * DIGEST_SIZE
};

/* A file that was fetched and not read yet. */
struct ahead {
    char path[PATH_SIZE]; /* "": none */
    struct buf content;
    enum status status;
    struct error error;
};

struct log_source {
    struct fetch *fetch;
    struct log_copy *copy;
    uint64_t size;
    bool is_direct;
    bool used_copy;
    struct ahead ahead[FETCH_AT_ONCE];
};

struct log_source *log_source_new(struct fetch *fetch, struct log_copy *copy)
{
    struct log_source *source = heap_new(sizeof(*source));

    source->fetch = fetch;
    source->copy = copy;
    for (size_t i = 0; i < COUNT_OF(source->ahead); i++)
        buf_init(&source->ahead[i].content, LARGEST_BUNDLE);
    return source;
}

void log_source_free(struct log_source *source)
{
    if (source == NULL)
        return;
    for (size_t i = 0; i < COUNT_OF(source->ahead); i++)
        buf_fini(&source->ahead[i].content);
    heap_free(source);
}

void log_source_aim(struct log_source *source, uint64_t size, bool is_direct)
{
    source->size = size;
    source->is_direct = is_direct;
    source->used_copy = false;
    for (size_t i = 0; i < COUNT_OF(source->ahead); i++)
        source->ahead[i].path[0] = '\0';
}

bool log_source_used_copy(const struct log_source *source)
{
    return source->used_copy;
}

/* The bundle or tile of level 0 of that number; false where the log does not reach so far. */
static bool name_file(
    const struct log_source *source,
    struct arena *arena,
    bool is_of_entries,
    uint64_t index,
    char out[PATH_SIZE])
{
    uint64_t full = tile_full_count(0, source->size);
    struct tile tile = {.is_of_entries = is_of_entries, .index = index, .width = TILE_WIDTH};

    if (index >= full)
        tile.width = index == full ? tile_partial_width(0, source->size) : 0;
    if (tile.width == 0)
        return false;
    snprintf(out, PATH_SIZE, "tile/%.*s", TEXT_ARGS(tile_path(arena, &tile)));
    return true;
}

/* Fills the window from that number on: half of it bundles, half of it tiles. */
static void fetch_ahead(struct log_source *source, uint64_t index)
{
    AUTO_ARENA arena = arena_new(1 << 16);
    struct fetch_item items[FETCH_AT_ONCE];
    size_t count = 0;

    for (; count < FETCH_AT_ONCE; count++) {
        struct ahead *ahead = &source->ahead[count];
        bool is_of_entries = count % 2 == 0;

        if (!name_file(source, arena, is_of_entries, index + count / 2, ahead->path))
            break;
        buf_clear(&ahead->content);
        ahead->content.ceiling = is_of_entries ? LARGEST_BUNDLE : LARGEST_TILE;
        items[count] = (struct fetch_item){
            .path = text_format(arena, LOG_PATH "%s", ahead->path), .out = &ahead->content};
    }
    fetch_get_all(source->fetch, items, count);
    for (size_t i = 0; i < FETCH_AT_ONCE; i++) {
        if (i >= count) {
            source->ahead[i].path[0] = '\0';
            continue;
        }
        source->ahead[i].status = items[i].status;
        source->ahead[i].error = items[i].error;
    }
}

static struct ahead *find_ahead(struct log_source *source, const char *path)
{
    for (size_t i = 0; i < COUNT_OF(source->ahead); i++) {
        if (strcmp(source->ahead[i].path, path) == 0)
            return &source->ahead[i];
    }
    return NULL;
}

static enum status take(struct ahead *ahead, struct buf *out, struct error *error)
{
    ahead->path[0] = '\0';
    if (ahead->status == STATUS_OK)
        buf_add_text(out, buf_text(&ahead->content));
    else if (error != NULL)
        *error = ahead->error;
    return ahead->status;
}

static enum status
fetch_one(struct log_source *source, const char *path, struct buf *out, struct error *error)
{
    char place[sizeof(LOG_PATH) + PATH_SIZE];
    struct ahead *ahead = find_ahead(source, path);
    struct tile tile;

    if (ahead == NULL && tile_parse(text_from(path + strlen("tile/")), &tile) && tile.level == 0) {
        fetch_ahead(source, tile.index);
        ahead = find_ahead(source, path);
    }
    if (ahead != NULL)
        return take(ahead, out, error);
    snprintf(place, sizeof(place), LOG_PATH "%s", path);
    return fetch_get(source->fetch, text_from(place), out, error);
}

static enum status
fetch_signed(struct log_source *source, const char *path, struct buf *out, struct error *error)
{
    enum status status = fetch_one(source, path, out, error);

    if (status == STATUS_NOT_FOUND)
        return error_set_code(
            error, STATUS_CORRUPT, "evidence_damaged", "%s was signed, and is not shown", path);
    if (status == STATUS_TOO_LARGE)
        return error_set_code(
            error, STATUS_CORRUPT, "evidence_damaged", "%s is larger than it may be", path);
    return status;
}

enum status log_source_read(void *context, const char *path, struct buf *out, struct error *error)
{
    struct log_source *source = context;
    struct log_copy *copy = source->is_direct ? NULL : source->copy;
    size_t before = out->size;
    enum status status;

    if (copy != NULL) {
        status = log_copy_read(copy, path, out, error);
        source->used_copy = source->used_copy || status == STATUS_OK;
        if (status != STATUS_NOT_FOUND)
            return status;
    }
    status = fetch_signed(source, path, out, error);
    if (status != STATUS_OK || copy == NULL)
        return status;
    return log_copy_write(copy, path, text_slice(buf_text(out), before, out->size), false, error);
}
