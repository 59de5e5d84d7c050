/*
 * Tiles: their names, and their content against vectors that golang.org/x/mod/sumdb accepted
 * (entry i is "event-<i>").
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/tile.h"
#include "tests/support/expect.h"

#include <string.h>

enum { VECTOR_SIZE = 70000 };

static struct arena *arena;
static struct digest *hashes; /* stored ones of a tree */

static void set_up(void)
{
    arena = arena_new(1 << 20);
}

static void tear_down(void)
{
    heap_free(hashes);
    hashes = NULL;
    arena_free(arena);
}

static bool read_hash(void *context, uint64_t stored_index, struct digest *out)
{
    (void)context;
    if (stored_index >= tree_stored_count(VECTOR_SIZE))
        return false;
    *out = hashes[stored_index];
    return true;
}

static const struct tree_reader reader = {read_hash, NULL};

static void given_the_tree_of_the_vectors(void)
{
    hashes = heap_array(tree_stored_count(VECTOR_SIZE), sizeof(*hashes));
    for (uint64_t n = 0; n < VECTOR_SIZE; n++) {
        struct digest added[64];
        size_t count = 0;
        struct text entry = text_format(arena, "event-%llu", (unsigned long long)n);

        must(tree_append(&reader, n, tree_leaf(bytes_of_text(entry)), added, &count));
        memcpy(&hashes[tree_stored_index(0, n)], added, count * sizeof(added[0]));
        arena_reset(arena);
    }
}

static void expect_content(const char *path, const char *sha256_hex)
{
    struct digest content[TILE_WIDTH];
    struct digest digest;
    struct tile tile;

    expect(tile_parse(text_from(path), &tile));
    expect(tile_hashes(&reader, &tile, content));
    digest = sha256((struct bytes){content[0].bytes, tile.width * sizeof(content[0])});
    expect_text(hex_encode(arena, (struct bytes){digest.bytes, DIGEST_SIZE}), sha256_hex);
}

static void tiles_have_the_published_content(void)
{
    struct digest only;
    struct tile first = {.level = 1, .width = 1};

    given_the_tree_of_the_vectors();
    expect_content("0/000", "ed9ce093d17c8fd1939bc079d84be4d682e1027f469eb4fd0bf37db4355d7522");
    expect_content("1/000", "e11a17d168b069ba49e262fc0ba4b253f1c9dcb20531dc66884d97c557a23403");
    expect(tile_hashes(&reader, &first, &only));
    expect_text(
        hex_encode(arena, (struct bytes){only.bytes, DIGEST_SIZE}),
        "63c56b646560de064a88321722936845520f2c8663e3dc01e6277fe608311679");
}

static void expect_name(const char *path, int level, uint64_t index, unsigned width)
{
    struct tile tile = {.level = -1};

    expect_at(tile_parse(text_from(path), &tile), __FILE__, __LINE__, path);
    expect_int64(tile.level, level);
    expect_int64((int64_t)tile.index, (int64_t)index);
    expect_int64(tile.width, width);
    expect_text(tile_path(arena, &tile), path);
}

static void a_tile_is_read_as_it_is_written(void)
{
    struct tile tile;

    expect_name("0/000", 0, 0, 256);
    expect_name("0/005", 0, 5, 256);
    expect_name("0/999.p/1", 0, 999, 1);
    expect_name("1/x001/000", 1, 1000, 256);
    expect_name("0/x001/x234/067.p/255", 0, 1234067, 255);
    expect_name("6/000", 6, 0, 256);
    expect_name("entries/x001/x000/000", 0, 1000000, 256);
    expect(tile_parse(text_lit("entries/000"), &tile) && tile.is_of_entries);
}

static void what_is_written_otherwise_is_no_tile(void)
{
    static const char *const wrong[] = {
        "",           "0",          "0/",          "/000",        "7/000",         "00/000",
        "-1/000",     "+0/000",     "0/0",         "0/00",        "0/0000",        "0/x000/001",
        "0/001/002",  "0/x001",     "0/x001/",     "0/x001/x002", "0/000.p",       "0/000.p/",
        "0/000.p/0",  "0/000.p/00", "0/000.p/01",  "0/000.p/256", "0/000.p/1/2",   "0/000/1",
        "0/000.q/1",  "0/ 00",      "entries",     "entry/000",   "Entries/000",   "0/x01/000",
        "6/x128/000", "0/000.p/-1", "0/000.p/0x1", "0/000.p/1 ",  "0/x001.p/1/000"};

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct tile tile;
        expect_at(!tile_parse(text_from(wrong[i]), &tile), __FILE__, __LINE__, wrong[i]);
    }
}

static bool is_in(const char *path, uint64_t size)
{
    struct tile tile;

    must(tile_parse(text_from(path), &tile));
    return tile_is_in(&tile, size);
}

static void a_tile_is_in_a_tree_that_has_all_of_it(void)
{
    expect(!is_in("0/000", 255) && is_in("0/000", 256));
    expect(!is_in("0/000.p/3", 2) && is_in("0/000.p/3", 3) && is_in("0/000.p/3", 256));
    expect(!is_in("1/000.p/1", 255) && is_in("1/000.p/1", 256));
    expect(is_in("0/272", 70000) && !is_in("0/273", 70000));
    expect(is_in("0/273.p/112", 70000) && !is_in("0/273.p/113", 70000));
    expect(is_in("2/000.p/1", 70000) && !is_in("2/000.p/2", 70000));
}

static const struct test tests[] = {
    TEST(tiles_have_the_published_content),
    TEST(a_tile_is_read_as_it_is_written),
    TEST(what_is_written_otherwise_is_no_tile),
    TEST(a_tile_is_in_a_tree_that_has_all_of_it),
};

const struct suite test_tile_suite =
    SUITE_WITH("eventlog/tile", tests, .set_up = set_up, .tear_down = tear_down);
