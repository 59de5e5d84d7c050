/*
 * Two trees grow at once, one of the entries and one of the tiles of level 0. Where they differ, the one
 * that has the signed root is right, and so it is known which file was changed.
 *
 *   tile/entries/n ─► hash of each entry ─► tree of entries ─► rows of level 1, 2 … ─► compared with tiles
 *   tile/0/n ───────► hash ───────────────► tree of tiles
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/tile_check.h"

#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/record.h"
#include "eventlog/tile.h"

#include <stdio.h>
#include <string.h>

enum { LARGEST_FILE = TILE_WIDTH * (2 + ENTRY_MAX_BYTES), PATH_SIZE = 96 };

/* The hashes of a level that fill its next tile. */
struct row {
    struct digest hashes[TILE_WIDTH];
    uint64_t index; /* of the tile */
    unsigned count;
};

/* How far a log was checked. */
struct tile_walk {
    struct tree_growth of_entries;
    struct tree_growth of_tiles;
    struct row rows[TILE_LEVELS]; /* of the tree of entries, from level 1 on */
};

/* On the way to a checkpoint. */
struct work {
    const struct tile_source *source;
    const struct checkpoint *checkpoint;
    const struct checkpoint *known; /* NULL: none */
    struct tile_walk now;
    struct tile_walk whole; /* behind the last full bundle */
    struct digest root_of_known;
    struct buf entries;
    struct buf hashes;
    char differing[PATH_SIZE]; /* the first tile that is not what the entries make it */
    uint64_t position;         /* the first entry that is not what its tile says … */
    bool has_position;         /* … if there is one */
};

static enum status read_file(
    const struct work *work,
    const struct tile *tile,
    char path[PATH_SIZE],
    struct buf *out,
    struct error *error)
{
    AUTO_ARENA arena = arena_new(1 << 16);

    snprintf(path, PATH_SIZE, "tile/%.*s", TEXT_ARGS(tile_path(arena, tile)));
    buf_clear(out);
    return work->source->read(work->source->context, path, out, error);
}

static enum status bad_file(struct error *error, const char *path, const char *what)
{
    return error_set_code(error, STATUS_CORRUPT, "evidence_damaged", "%s %s", path, what);
}

static enum status compare_row(struct work *work, int level, struct error *error)
{
    struct row *row = &work->now.rows[level];
    const struct tile tile = {.level = level, .index = row->index, .width = row->count};
    char path[PATH_SIZE];
    enum status status = read_file(work, &tile, path, &work->hashes, error);

    if (status != STATUS_OK)
        return status;
    if ((work->hashes.size != row->count * sizeof(row->hashes[0]) ||
         memcmp(work->hashes.data, row->hashes, work->hashes.size) != 0) &&
        work->differing[0] == '\0')
        memcpy(work->differing, path, sizeof(path));
    row->index++;
    row->count = 0;
    return STATUS_OK;
}

/* Adds a leaf; a complete subtree of 256, 65,536 … leaves goes into the row of its level. */
static enum status
grow(struct work *work, struct tree_growth *growth, struct digest leaf, struct error *error)
{
    struct digest node = leaf;
    int level = 0;

    for (; (growth->size >> level & 1) == 1; level++) {
        int of_tile = (level + 1) / TILE_HEIGHT;
        node = tree_node(growth->nodes[level], node);
        if (growth != &work->now.of_entries || (level + 1) % TILE_HEIGHT != 0 ||
            of_tile >= TILE_LEVELS)
            continue;
        struct row *row = &work->now.rows[of_tile];
        row->hashes[row->count++] = node;
        if (row->count == TILE_WIDTH && compare_row(work, of_tile, error) != STATUS_OK)
            return error->status;
    }
    growth->nodes[level] = node;
    growth->size++;
    return STATUS_OK;
}

/* Takes the next entry of a bundle. */
static bool cut_entry(struct bytes *rest, struct bytes *out)
{
    size_t size = rest->size < 2 ? 0 : (size_t)rest->data[0] << 8 | rest->data[1];

    if (rest->size < 2 || rest->size - 2 < size)
        return false;
    *out = (struct bytes){rest->data + 2, size};
    *rest = (struct bytes){rest->data + 2 + size, rest->size - 2 - size};
    return true;
}

/* As it passes the size of what was signed before. */
static void note_known(struct work *work)
{
    if (work->known != NULL && work->known->size == work->now.of_entries.size)
        work->root_of_known = tree_growth_root(&work->now.of_entries);
}

static enum status
check_leaf(struct work *work, struct digest leaf, struct digest told, struct error *error)
{
    uint64_t position = work->now.of_entries.size;
    enum status status = grow(work, &work->now.of_entries, leaf, error);

    note_known(work);
    if (!work->has_position && memcmp(leaf.bytes, told.bytes, DIGEST_SIZE) != 0) {
        work->has_position = true;
        work->position = position;
    }
    return status == STATUS_OK ? grow(work, &work->now.of_tiles, told, error) : status;
}

static enum status
check_bundle(struct work *work, uint64_t index, unsigned width, struct error *error)
{
    const struct tile entries = {.is_of_entries = true, .index = index, .width = width};
    const struct tile leaves = {.index = index, .width = width};
    char bundle[PATH_SIZE];
    char path[PATH_SIZE];
    struct bytes rest;
    enum status status = read_file(work, &entries, bundle, &work->entries, error);

    if (status == STATUS_OK)
        status = read_file(work, &leaves, path, &work->hashes, error);
    if (status == STATUS_OK && work->hashes.size != width * DIGEST_SIZE)
        return bad_file(error, path, "has another size than its hashes take");
    rest = buf_bytes(&work->entries);
    for (unsigned i = 0; i < width && status == STATUS_OK; i++) {
        struct bytes entry = {NULL, 0};
        struct digest told;

        if (!cut_entry(&rest, &entry))
            return bad_file(error, bundle, "ends before its last entry");
        memcpy(told.bytes, work->hashes.data + (size_t)i * DIGEST_SIZE, DIGEST_SIZE);
        status = check_leaf(work, tree_leaf(entry), told, error);
    }
    if (status == STATUS_OK && rest.size > 0)
        return bad_file(error, bundle, "goes on after its last entry");
    return status;
}

static bool has_signed_root(const struct work *work, const struct tree_growth *growth)
{
    struct digest root = tree_growth_root(growth);

    return memcmp(root.bytes, work->checkpoint->root.bytes, DIGEST_SIZE) == 0;
}

static enum status judge(const struct work *work, struct error *error)
{
    unsigned long long tile = work->position / TILE_WIDTH;
    bool entries_hold = has_signed_root(work, &work->now.of_entries);

    if (!entries_hold && work->has_position && has_signed_root(work, &work->now.of_tiles))
        return error_set_code(
            error, STATUS_CORRUPT, "evidence_damaged",
            "the entry at position %llu, in bundle %llu, is not what was signed",
            (unsigned long long)work->position, tile);
    if (!entries_hold)
        return error_set_code(
            error, STATUS_CORRUPT, "evidence_damaged",
            "the entries do not have the root of the checkpoint of size %llu",
            (unsigned long long)work->checkpoint->size);
    if (work->has_position)
        return error_set_code(
            error, STATUS_CORRUPT, "evidence_damaged",
            "the hash of position %llu, in tile %llu of level 0, is not that of its entry",
            (unsigned long long)work->position, tile);
    if (work->differing[0] != '\0')
        return bad_file(error, work->differing, "does not have the hashes of the tiles below");
    if (work->known != NULL &&
        memcmp(work->root_of_known.bytes, work->known->root.bytes, DIGEST_SIZE) != 0)
        return error_set_code(
            error, STATUS_CORRUPT, "ledger_forked",
            "two histories were signed: the ledger of size %llu does not begin with that of size %llu",
            (unsigned long long)work->checkpoint->size, (unsigned long long)work->known->size);
    return STATUS_OK;
}

static enum status check_all(struct work *work, struct error *error)
{
    uint64_t size = work->checkpoint->size;
    enum status status = STATUS_OK;

    note_known(work);
    for (uint64_t at = work->now.of_entries.size; at < size && status == STATUS_OK;
         at += TILE_WIDTH) {
        uint64_t left = size - at;
        unsigned width = left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH;
        status = check_bundle(work, at / TILE_WIDTH, width, error);
        if (width == TILE_WIDTH)
            work->whole = work->now;
    }
    for (int level = 1; level < TILE_LEVELS && status == STATUS_OK; level++) {
        if (work->now.rows[level].count > 0)
            status = compare_row(work, level, error);
    }
    return status == STATUS_OK ? judge(work, error) : status;
}

struct tile_walk *tile_walk_new(void)
{
    return heap_new(sizeof(struct tile_walk));
}

void tile_walk_free(struct tile_walk *walk)
{
    heap_free(walk);
}

enum status tile_walk_to(
    struct tile_walk *walk,
    const struct tile_source *source,
    const struct checkpoint *checkpoint,
    const struct checkpoint *known,
    struct error *error)
{
    struct work *work = heap_new(sizeof(*work));
    struct error why;
    enum status status;

    must(checkpoint->size >= walk->of_entries.size);
    must(
        known == NULL || (known->size <= checkpoint->size && known->size >= walk->of_entries.size));
    work->source = source;
    work->checkpoint = checkpoint;
    work->known = known;
    work->now = *walk;
    work->whole = *walk;
    buf_init(&work->entries, LARGEST_FILE);
    buf_init(&work->hashes, TILE_WIDTH * DIGEST_SIZE + 1);
    status = check_all(work, &why);
    if (status == STATUS_OK)
        *walk = work->whole;
    else if (error != NULL)
        *error = why;
    buf_fini(&work->entries);
    buf_fini(&work->hashes);
    heap_free(work);
    return status;
}

enum status tile_check(
    const struct tile_source *source, const struct checkpoint *checkpoint, struct error *error)
{
    struct tile_walk *walk = tile_walk_new();
    enum status status = tile_walk_to(walk, source, checkpoint, NULL, error);

    tile_walk_free(walk);
    return status;
}
