/*
 * Rate limits, at moments of the tests' own making.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/throttle.h"
#include "tests/support/expect.h"

#include <stdio.h>

enum { LIMIT = 3 };

static const int64_t second = 1000000;
static const int64_t noon = 1000 * 1000000LL;

static struct throttle_table *table;

static void given_a_table(void)
{
    table = throttle_new(LIMIT);
}

static void drop_the_table(void)
{
    throttle_free(table);
}

static struct throttle_verdict hit(int64_t at_us)
{
    return throttle_hit(table, 1, text_lit("192.0.2.1"), at_us);
}

static void expect_allowed(struct throttle_verdict verdict, int64_t remaining, int64_t reset_s)
{
    expect(verdict.is_allowed);
    expect_int64(verdict.limit, LIMIT);
    expect_int64(verdict.remaining, remaining);
    expect_int64(verdict.reset_s, reset_s);
}

static void expect_blocked(struct throttle_verdict verdict, int64_t reset_s)
{
    expect(!verdict.is_allowed);
    expect_int64(verdict.remaining, 0);
    expect_int64(verdict.reset_s, reset_s);
}

static void hits_up_to_the_limit_are_let_through(void)
{
    expect_allowed(hit(noon), 2, 60);
    expect_allowed(hit(noon + 10 * second), 1, 50);
    expect_allowed(hit(noon + 10 * second + 1), 0, 50);
}

static void the_first_beyond_it_blocks_for_a_minute(void)
{
    for (int i = 0; i < LIMIT; i++)
        expect(hit(noon + i * second).is_allowed);
    expect_blocked(hit(noon + 30 * second), 60);
    expect_blocked(hit(noon + 30 * second + 1), 60);
    expect_blocked(hit(noon + 89 * second), 1);
    expect_allowed(hit(noon + 90 * second), 2, 60);
}

static void blocked_hits_do_not_prolong_the_block(void)
{
    for (int i = 0; i <= LIMIT; i++)
        hit(noon);
    for (int i = 0; i < 60; i++)
        expect(!hit(noon + i * second).is_allowed);
    expect(hit(noon + 60 * second).is_allowed);
}

static void the_window_slides(void)
{
    for (int i = 0; i < LIMIT; i++)
        expect(hit(noon + 20 * i * second).is_allowed);
    expect_allowed(hit(noon + 60 * second), 0, 20);
    expect_allowed(hit(noon + 80 * second), 0, 20);
    expect_blocked(hit(noon + 99 * second), 60);
}

static void routes_and_addresses_are_counted_apart(void)
{
    for (int i = 0; i < LIMIT; i++)
        expect(hit(noon).is_allowed);
    expect(throttle_hit(table, 2, text_lit("192.0.2.1"), noon).is_allowed);
    expect(throttle_hit(table, 1, text_lit("192.0.2.10"), noon).is_allowed);
    expect(throttle_hit(table, 1, text_lit("::1"), noon).is_allowed);
    expect(throttle_hit(table, 1, text_lit(""), noon).is_allowed);
    expect(!hit(noon).is_allowed);
    /* So many that some lie beside each other. */
    for (size_t route = 3; route < 3000; route++)
        expect_allowed(throttle_hit(table, route, text_lit("192.0.2.1"), noon), LIMIT - 1, 60);
}

static void no_limit_lets_everything_through(void)
{
    struct throttle_table *open = throttle_new(0);

    for (int i = 0; i < 1000; i++) {
        struct throttle_verdict verdict = throttle_hit(open, 1, text_lit("::1"), noon);
        expect(verdict.is_allowed && verdict.limit == 0);
    }
    throttle_free(open);
    throttle_free(NULL);
}

static void given_many_strangers(size_t count, int64_t at_us)
{
    char address[32];

    for (size_t i = 0; i < count; i++) {
        snprintf(address, sizeof(address), "2001:db8::%zx", i);
        throttle_hit(table, 1, text_from(address), at_us);
    }
}

/* The sanitizer and the fixed number of buckets see to the bound; this sees to what is left. */
static void beyond_its_size_the_quiet_make_room_for_the_loud(void)
{
    for (int i = 0; i <= LIMIT; i++)
        hit(noon + second);
    expect(!hit(noon + 2 * second).is_allowed);
    for (int i = 0; i < 4; i++) {
        given_many_strangers(10000, noon - second);
        expect(!hit(noon + 3 * second).is_allowed);
    }
    given_many_strangers(100000, noon + 4 * second);
    expect(hit(noon + 5 * second).is_allowed);
}

static void a_look_counts_nothing(void)
{
    for (int i = 0; i < 2 * LIMIT; i++)
        expect(throttle_look(table, 1, text_lit("192.0.2.1"), noon).is_allowed);
    for (int i = 0; i < LIMIT; i++)
        expect(hit(noon).is_allowed);
    expect(throttle_look(table, 1, text_lit("192.0.2.1"), noon).is_allowed);
    expect(!hit(noon).is_allowed);
    expect_blocked(throttle_look(table, 1, text_lit("192.0.2.1"), noon + second), 59);
    expect(throttle_look(table, 2, text_lit("192.0.2.1"), noon + second).is_allowed);
    expect(throttle_look(table, 1, text_lit("192.0.2.1"), noon + 60 * second).is_allowed);
}

static const struct test tests[] = {
    TEST(a_look_counts_nothing),
    TEST(hits_up_to_the_limit_are_let_through),
    TEST(the_first_beyond_it_blocks_for_a_minute),
    TEST(blocked_hits_do_not_prolong_the_block),
    TEST(the_window_slides),
    TEST(routes_and_addresses_are_counted_apart),
    TEST(no_limit_lets_everything_through),
    TEST(beyond_its_size_the_quiet_make_room_for_the_loud),
};

const struct suite test_throttle_suite =
    SUITE_WITH("api/throttle", tests, .set_up = given_a_table, .tear_down = drop_the_table);
