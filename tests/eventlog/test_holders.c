/*
 * What a number of followers holds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/holders.h"
#include "tests/support/expect.h"

static struct uuid follower(uint8_t n)
{
    return (struct uuid){{n}};
}

static void so_much_is_held_as_the_wanted_number_has(void)
{
    struct holders *holders = holders_new(2);

    expect_int64((int64_t)holders_size(holders), 0);
    expect(!holders_note(holders, follower(1), 9, 1));
    expect(holders_note(holders, follower(2), 5, 1));
    expect_int64((int64_t)holders_size(holders), 5);
    expect(!holders_note(holders, follower(1), 12, 2)); /* of one alone */
    expect(holders_note(holders, follower(3), 7, 2));
    expect_int64((int64_t)holders_size(holders), 7);
    holders_free(holders);
}

/* It has lost its disk, and begins again. */
static void a_follower_that_has_less_than_before_holds_less(void)
{
    struct holders *holders = holders_new(1);

    expect(holders_note(holders, follower(1), 9, 1));
    expect(!holders_note(holders, follower(1), 1, 2));
    expect_int64((int64_t)holders_size(holders), 1);
    holders_free(holders);
}

static void where_nobody_is_waited_for_all_is_held(void)
{
    struct holders *holders = holders_new(0);

    expect(!holders_note(holders, follower(1), 9, 1));
    expect(holders_size(holders) == UINT64_MAX);
    expect(holders_size(NULL) == UINT64_MAX);
    holders_free(holders);
}

static void more_followers_than_there_is_room_for_take_the_place_of_silent_ones(void)
{
    struct holders *holders = holders_new(1);

    for (int i = 0; i < 2 * HOLDERS_MOST; i++)
        holders_note(holders, follower((uint8_t)(i + 1)), (uint64_t)i, i);
    expect_int64((int64_t)holders_heard(holders, 0), HOLDERS_MOST);
    expect_int64((int64_t)holders_heard(holders, 2 * HOLDERS_MOST - 3), 3);
    expect_int64((int64_t)holders_size(holders), 2 * HOLDERS_MOST - 1);
    holders_free(holders);
}

static const struct test tests[] = {
    TEST(so_much_is_held_as_the_wanted_number_has),
    TEST(a_follower_that_has_less_than_before_holds_less),
    TEST(where_nobody_is_waited_for_all_is_held),
    TEST(more_followers_than_there_is_room_for_take_the_place_of_silent_ones),
};
const struct suite test_holders_suite = SUITE("eventlog/holders", tests);
