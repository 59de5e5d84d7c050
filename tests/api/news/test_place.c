/*
 * Places in the feed: how they are printed and read, and what lies beyond one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/news/place.h"
#include "tests/support/expect.h"

static struct arena *arena;

static void make_arena(void)
{
    arena = arena_new(1 << 20);
}

static void free_arena(void)
{
    arena_free(arena);
}

static void a_place_is_read_as_it_is_printed(void)
{
    const struct place whole = {1234, 0};
    const struct place within = {1234, 2};
    struct place place;

    expect_text(place_print(arena, &whole), "1234");
    expect_text(place_print(arena, &within), "1234-2");
    expect(place_read(text_lit("1234"), &place) && place.size == 1234 && place.frames == 0);
    expect(place_read(text_lit("1234-2"), &place) && place.size == 1234 && place.frames == 2);
    expect(place_read(text_lit("0"), &place) && place.size == 0);
}

static void what_is_no_place_is_refused(void)
{
    static const char *const wrong[] = {
        "",     "x",     "-1",      "-",      "12-",
        "12-0", "12--1", "12-1001", "12-1-1", "1.5",
        " 12",  "12 ",   "+12",     "12-x",   "99999999999999999999"};
    struct place place;

    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        printf("%s\n", wrong[i]);
        expect(!place_read(text_from(wrong[i]), &place));
    }
}

static const struct frame frame = {.name = "thing.changed"};
static const struct frame elsewhere = {.name = "thing.told", .namespace = "/elsewhere"};

/* Entry 5 is followed by two frames that are shown, and one between them that is not; entry 7 by one, as is
 * entry 6, for a namespace of its own. */
static struct change items[] = {
    {.frame = &frame, .row = "a", .position = 5, .ordinal = 0},
    {.frame = &frame, .row = NULL, .position = 5, .ordinal = 1},
    {.frame = &frame, .row = "c", .position = 5, .ordinal = 2},
    {.frame = &elsewhere, .row = "x", .position = 6, .ordinal = 0},
    {.frame = &frame, .row = "d", .position = 7, .ordinal = 0},
};
static const struct changes changes = {.items = items, .count = COUNT_OF(items), .next = 9};

/* "a@5-1 c@6 d@8": what comes, and the place behind it. */
static struct text walk_from(uint64_t size, size_t frames)
{
    struct place_walk walk;
    const struct change *change;
    struct text told = text_lit("");

    place_walk_begin(&walk, &changes, &(struct place){size, frames});
    while ((change = place_walk_next(&walk)) != NULL)
        told = text_format(
            arena, "%.*s %s@%.*s", TEXT_ARGS(told), (const char *)change->row,
            TEXT_ARGS(place_print(arena, &walk.behind)));
    return text_trim(told);
}

static void behind_each_frame_is_a_place_at_which_the_next_one_comes(void)
{
    expect_text(walk_from(0, 0), "a@5-1 c@6 d@8");
    expect_text(walk_from(5, 0), "a@5-1 c@6 d@8");
    expect_text(walk_from(5, 1), "c@6 d@8");
    expect_text(walk_from(6, 0), "d@8");
    expect_text(walk_from(8, 0), "");
}

static void a_frame_that_is_not_shown_any_more_is_passed_over(void)
{
    expect_text(walk_from(5, 1), "c@6 d@8");
    expect_text(walk_from(5, 2), "c@6 d@8");
}

static const struct test tests[] = {
    TEST(a_place_is_read_as_it_is_printed),
    TEST(what_is_no_place_is_refused),
    TEST(behind_each_frame_is_a_place_at_which_the_next_one_comes),
    TEST(a_frame_that_is_not_shown_any_more_is_passed_over),
};

const struct suite test_place_suite =
    SUITE_WITH("api/news/place", tests, .set_up = make_arena, .tear_down = free_arena);
