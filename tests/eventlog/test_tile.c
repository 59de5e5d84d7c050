/*
 * Tiles: their names, and their content against vectors that golang.org/x/mod/sumdb accepted
 * (entry i is "event-<i>").
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
#include "core/base/heap.h"
#include "core/base/must.h"
#include "eventlog/tile.h"
#include "eventlog/tile_check.h"
#include "tests/support/expect.h"

#include <stdio.h>
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

/* The files of that log: entry n is "event-<n>". The first byte of `changed` is not what it was. */
static const char *changed;

static enum status give_file(void *context, const char *path, struct buf *out, struct error *error)
{
    struct digest content[TILE_WIDTH];
    struct tile tile;

    (void)context;
    (void)error;
    must(tile_parse(text_from(path + strlen("tile/")), &tile));
    for (uint64_t i = 0; i < tile.width && tile.is_of_entries; i++) {
        char entry[32];
        int size = snprintf(
            entry, sizeof(entry), "event-%llu", (unsigned long long)(tile.index * TILE_WIDTH + i));
        buf_add_u16be(out, (uint16_t)size);
        buf_add(out, entry, (size_t)size);
    }
    if (!tile.is_of_entries) {
        must(tile_hashes(&reader, &tile, content));
        buf_add(out, content, tile.width * sizeof(content[0]));
    }
    if (changed != NULL && strcmp(path, changed) == 0)
        out->data[0] ^= 1;
    return STATUS_OK;
}

static struct checkpoint published(uint64_t size, const char *root_hex)
{
    struct checkpoint checkpoint = {.origin = text_lit("audit.example.com/ws/demo"), .size = size};
    struct bytes root;

    must(hex_decode(arena, text_from(root_hex), &root) && root.size == DIGEST_SIZE);
    memcpy(checkpoint.root.bytes, root.data, DIGEST_SIZE);
    return checkpoint;
}

static void the_published_log_holds_at_every_published_size(void)
{
    const struct checkpoint sizes[] = {
        published(3, "db2effe64d36352bcd4c260bde0e1138310c9f77b89d4c57578652f9b185b630"),
        published(255, "f897cd1ca68411adcf7c96d6ff8f2a3820fb8f875326b7a0ccd5e7cd2401f8ca"),
        published(256, "63c56b646560de064a88321722936845520f2c8663e3dc01e6277fe608311679"),
        published(257, "ca8470b7fee55b3a4083bd3fb8afb0a74b0c365a2daef3d969012211da45488c"),
        published(1000, "3864040a16db2508f61b0dfce48c1ae570690fa82bbbb167f813ebeb915f1175"),
        published(65536, "de8b46e338fde16d099447f91ec594e1598ec5bbdbca8938beb7512e76f39daa"),
        published(70000, "cb6c0dc41879e806df8946d9648a9f2578d49148913e13a48e3c789441036f65"),
    };
    const struct tile_source source = {give_file, NULL};
    struct tile_walk *walk = tile_walk_new();
    struct error error;

    given_the_tree_of_the_vectors();
    changed = NULL;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        expect_ok(
            tile_walk_to(walk, &source, &sizes[i], i == 0 ? NULL : &sizes[i - 1], &error), &error);
    tile_walk_free(walk);
    changed = "tile/2/000.p/1";
    expect_status(tile_check(&source, &sizes[COUNT_OF(sizes) - 1], &error), STATUS_CORRUPT, &error);
    expect(text_contains(text_from(error.text), text_from(changed)));
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
    TEST(the_published_log_holds_at_every_published_size),
    TEST(a_tile_is_read_as_it_is_written),
    TEST(what_is_written_otherwise_is_no_tile),
    TEST(a_tile_is_in_a_tree_that_has_all_of_it),
};

const struct suite test_tile_suite =
    SUITE_WITH("eventlog/tile", tests, .set_up = set_up, .tear_down = tear_down);
