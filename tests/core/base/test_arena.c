/*
 * Arenas.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "tests/support/expect.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

static bool is_zero(const unsigned char *memory, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (memory[i] != 0)
            return false;
    }
    return true;
}

static void memory_is_zeroed_aligned_and_apart(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    unsigned char *before = NULL;

    for (size_t size = 0; size < 300; size++) {
        unsigned char *memory = arena_take(arena, size);
        expect((uintptr_t)memory % alignof(max_align_t) == 0);
        expect(is_zero(memory, size));
        expect(memory != before);
        memset(memory, 0xAA, size);
        before = memory;
    }
}

static void large_blocks_fit_too(void)
{
    AUTO_ARENA arena = arena_new(8 << 20);
    unsigned char *memory = arena_take(arena, 3 << 20);

    expect(is_zero(memory, 3 << 20));
    memset(memory, 1, 3 << 20);
    expect(!arena_is_full(arena));
    expect(arena_used(arena) >= 3 << 20);
}

static void past_the_ceiling_it_is_full_but_still_gives(void)
{
    AUTO_ARENA arena = arena_new(100);
    char *memory;

    expect(arena_take(arena, 64) != NULL);
    expect(!arena_is_full(arena));
    memory = arena_take(arena, 64);
    memset(memory, 1, 64);
    expect(arena_is_full(arena));
    expect(arena_take(arena, 1) != NULL);
    expect(arena_is_full(arena));
}

static void the_ceiling_itself_still_fits(void)
{
    AUTO_ARENA arena = arena_new(128);

    (void)arena_array(arena, 2, 64);
    expect(!arena_is_full(arena));
    (void)arena_take(arena, 1);
    expect(arena_is_full(arena));
}

static void it_can_be_asked_for_room(void)
{
    AUTO_ARENA arena = arena_new(128);

    expect(arena_has_room(arena, 2, 64));
    expect(!arena_is_full(arena));
    (void)arena_take(arena, 16);
    expect(!arena_has_room(arena, 2, 64));
    expect(arena_is_full(arena));
    arena_reset(arena);
    expect(!arena_has_room(arena, SIZE_MAX / 2, 3));
    expect(arena_is_full(arena));
}

static void a_reset_forgets_and_zeroes(void)
{
    AUTO_ARENA arena = arena_new(4096);

    for (int i = 0; i < 100; i++)
        memset(arena_take(arena, 100), 0xFF, 100);
    expect(arena_is_full(arena));
    arena_reset(arena);
    expect(!arena_is_full(arena));
    expect_int64(arena_used(arena), 0);
    for (int i = 0; i < 30; i++)
        expect(is_zero(arena_take(arena, 100), 100));
    arena_reset(arena);
    arena_reset(arena);
}

static void nothing_can_be_freed(void)
{
    struct arena *arena = NULL;

    arena_free(NULL);
    arena_release(&arena);
    expect(arena == NULL);
}

/* The memory is looked at before it is given to anybody else. */
static void a_secret_arena_overwrites_what_it_gives_back(void)
{
    struct arena *arena = arena_new(1 << 20);
    char *secret = arena_take(arena, 4096);
    char *kept;

    arena_keep_secret(arena);
    memset(secret, 's', 4096);
    kept = arena_take(arena, 8192); /* another block, which stays */
    memset(kept, 's', 8192);
    arena_reset(arena);
    expect_int64(kept[0], 0);
    expect_int64(kept[8191], 0);
    arena_free(arena);
}

static const struct test tests[] = {
    TEST(a_secret_arena_overwrites_what_it_gives_back),
    TEST(memory_is_zeroed_aligned_and_apart),
    TEST(large_blocks_fit_too),
    TEST(past_the_ceiling_it_is_full_but_still_gives),
    TEST(the_ceiling_itself_still_fits),
    TEST(it_can_be_asked_for_room),
    TEST(a_reset_forgets_and_zeroes),
    TEST(nothing_can_be_freed),
};

const struct suite test_arena_suite = SUITE("core/base/arena", tests);
