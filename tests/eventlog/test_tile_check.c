/*
 * A log checked from its tiles: whole it holds, and any changed bit of an entry or a tile is
 * found and the place named.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/ledger_proof.h"
#include "eventlog/tile_check.h"
#include "tests/eventlog/make_ledger.h"

enum { SIZE = 700, CHANGES = 100 };

static struct arena *arena;
static struct ledger *ledger;
static struct checkpoint checkpoint;

/* What is changed on the way. */
static struct {
    const char *path; /* NULL: nothing */
    size_t bit;
} change;
static const char *asked[16]; /* every file that was asked for */
static size_t asked_count;

static void set_up(void)
{
    struct error error;

    arena = arena_new(16 << 20);
    ledger = make_log(make_home(SIZE));
    checkpoint = (struct checkpoint){.origin = text_lit("log.example.com"), .size = SIZE};
    must(ledger_root(ledger, SIZE, &checkpoint.root, &error) == STATUS_OK);
    change.path = NULL;
    asked_count = 0;
}

static void tear_down(void)
{
    ledger_close(ledger);
    arena_free(arena);
}

static enum status read_tile(void *context, const char *path, struct buf *out, struct error *error)
{
    struct tile tile;
    enum status status;

    (void)context;
    must(
        text_starts_with(text_from(path), text_lit("tile/")) &&
        tile_parse(text_from(path + 5), &tile));
    status = ledger_tile(ledger, &tile, out, error);
    if (change.path == NULL && asked_count < COUNT_OF(asked))
        asked[asked_count++] = text_copy(arena, text_from(path)).data;
    if (status == STATUS_OK && change.path != NULL && text_is(text_from(path), change.path))
        out->data[change.bit / 8 % out->size] ^= (char)(1 << change.bit % 8);
    return status;
}

static const struct tile_source source = {read_tile, NULL};

static void a_whole_log_holds_by_every_file(void)
{
    struct error error;

    expect_ok(tile_check(&source, &checkpoint, &error), &error);
    expect_int64(asked_count, 3 + 3 + 1); /* bundles, tiles of level 0, the tile of level 1 */
}

static void any_changed_bit_is_found(void)
{
    struct error error;

    expect_ok(tile_check(&source, &checkpoint, &error), &error);
    for (int i = 0; i < CHANGES; i++) {
        uint64_t random;

        random_fill(&random, sizeof(random));
        change.path = asked[random % asked_count];
        change.bit = (size_t)(random >> 8);
        expect_at(
            tile_check(&source, &checkpoint, &error) == STATUS_CORRUPT, __FILE__, __LINE__,
            change.path);
    }
}

static void expect_named(const char *path, size_t bit, const char *said)
{
    struct error error = {0};

    change.path = path;
    change.bit = bit;
    expect_status(tile_check(&source, &checkpoint, &error), STATUS_CORRUPT, &error);
    expect_at(
        text_contains(text_from(error.text), text_from(said)), __FILE__, __LINE__, error.text);
}

static void what_was_changed_is_named(void)
{
    expect_named("tile/0/001", (size_t)3 * DIGEST_SIZE * 8, "hash of position 259, in tile 1");
    expect_named("tile/1/000.p/2", 0, "tile/1/000.p/2 does not have");
    expect_named("tile/entries/000", 100, "the entry at position 0");
    expect_named("tile/entries/002.p/188", 0, "tile/entries/002.p/188");
}

static void another_root_than_was_signed_is_named(void)
{
    struct error error;

    checkpoint.root.bytes[0] ^= 1;
    expect_status(tile_check(&source, &checkpoint, &error), STATUS_CORRUPT, &error);
    expect_at(
        text_contains(text_from(error.text), text_lit("root of the checkpoint")), __FILE__,
        __LINE__, error.text);
}

static struct checkpoint checkpoint_of(uint64_t size)
{
    struct checkpoint smaller = {.origin = checkpoint.origin, .size = size};
    struct error error;

    must(ledger_root(ledger, size, &smaller.root, &error) == STATUS_OK);
    return smaller;
}

/* Every size of a few, one after the other. */
static void a_log_that_grows_is_read_on_from_its_last_whole_bundle(void)
{
    static const uint64_t sizes[] = {1, 255, 256, 257, 511, 512, 600, SIZE};
    struct tile_walk *walk = tile_walk_new();
    struct checkpoint known = {.size = 0, .root = tree_empty_root()};
    struct error error;

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        const struct checkpoint next = checkpoint_of(sizes[i]);
        asked_count = 0;
        expect_ok(tile_walk_to(walk, &source, &next, &known, &error), &error);
        expect(text_starts_with(
            text_from(asked[0]),
            text_format(arena, "tile/entries/00%d", (int)(known.size / TILE_WIDTH))));
        known = next;
    }
    tile_walk_free(walk);
}

static void a_change_behind_what_was_checked_is_named(void)
{
    struct tile_walk *walk = tile_walk_new();
    const struct checkpoint known = checkpoint_of(600);
    struct error error;

    expect_ok(tile_walk_to(walk, &source, &known, NULL, &error), &error);
    change.path = "tile/entries/002.p/188";
    change.bit = 100;
    expect_status(tile_walk_to(walk, &source, &checkpoint, &known, &error), STATUS_CORRUPT, &error);
    expect_text(text_from(error.code), "evidence_damaged");
    change.path = "tile/1/000.p/2";
    expect_status(tile_walk_to(walk, &source, &checkpoint, &known, &error), STATUS_CORRUPT, &error);
    change.path = NULL;
    expect_ok(tile_walk_to(walk, &source, &checkpoint, &known, &error), &error);
    tile_walk_free(walk);
}

/* Both signed, and each of them whole. */
static void a_log_that_does_not_begin_with_what_was_signed_before_is_a_fork(void)
{
    static const uint64_t sizes[] = {0, 3, 256, 400, SIZE};
    struct error error;

    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct tile_walk *walk = tile_walk_new();
        struct checkpoint known = checkpoint_of(sizes[i]);

        expect_ok(tile_walk_to(walk, &source, &checkpoint, &known, &error), &error);
        tile_walk_free(walk);
        walk = tile_walk_new();
        known.root.bytes[31] ^= 1;
        expect_status(
            tile_walk_to(walk, &source, &checkpoint, &known, &error), STATUS_CORRUPT, &error);
        expect_text(text_from(error.code), "ledger_forked");
        tile_walk_free(walk);
    }
}

static const struct test tests[] = {
    TEST(a_whole_log_holds_by_every_file),
    TEST(any_changed_bit_is_found),
    TEST(what_was_changed_is_named),
    TEST(another_root_than_was_signed_is_named),
    TEST(a_log_that_grows_is_read_on_from_its_last_whole_bundle),
    TEST(a_change_behind_what_was_checked_is_named),
    TEST(a_log_that_does_not_begin_with_what_was_signed_before_is_a_fork),
};

const struct suite test_tile_check_suite =
    SUITE_WITH("eventlog/tile_check", tests, .set_up = set_up, .tear_down = tear_down);
