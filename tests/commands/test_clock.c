/*
 * The wall clock, watched.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/clock.h"
#include "tests/support/expect.h"

static const struct timestamp noon = {1774180800000000};
enum { BOOT = 5000 };

static struct timestamp later(int64_t seconds)
{
    return timestamp_plus_us(noon, seconds * US_PER_S);
}

static int64_t boot_after(int64_t seconds)
{
    return BOOT + seconds * US_PER_S;
}

static void a_clock_that_runs_as_it_should_is_no_news(void)
{
    struct clock_watch watch = clock_watch_begin(noon, BOOT);

    expect(!clock_watch_look(&watch, later(86400), boot_after(86400), noon));
    expect(!watch.has_jumped);
    expect(!watch.is_behind);
    expect_int64(watch.behind_us, 0);
}

static void a_jump_of_more_than_an_hour_is_told_once_and_stays(void)
{
    struct clock_watch watch = clock_watch_begin(noon, BOOT);

    expect(clock_watch_look(&watch, later(3700), boot_after(1), noon));
    expect(watch.has_jumped);
    expect(!clock_watch_look(&watch, later(2), boot_after(2), noon));
    expect(watch.has_jumped);
}

static void a_jump_back_counts_too(void)
{
    struct clock_watch watch = clock_watch_begin(noon, BOOT);

    expect(clock_watch_look(&watch, later(-3700), boot_after(1), later(-4000)));
    expect(watch.has_jumped);
}

static void an_hour_is_not_yet_a_jump(void)
{
    struct clock_watch watch = clock_watch_begin(noon, BOOT);

    expect(!clock_watch_look(&watch, later(3600), boot_after(0), noon));
    expect(!watch.has_jumped);
}

static void a_clock_behind_the_ledger_is_told_when_it_begins(void)
{
    struct clock_watch watch = clock_watch_begin(noon, BOOT);

    expect(!clock_watch_look(&watch, noon, boot_after(0), later(5)));
    expect(clock_watch_look(&watch, noon, boot_after(0), later(6)));
    expect_int64(watch.behind_us, 6 * US_PER_S);
    expect(!clock_watch_look(&watch, noon, boot_after(0), later(6)));
    expect(!clock_watch_look(&watch, later(10), boot_after(10), later(6)));
    expect(!watch.is_behind);
}

static const struct test tests[] = {
    TEST(a_clock_that_runs_as_it_should_is_no_news),
    TEST(a_jump_of_more_than_an_hour_is_told_once_and_stays),
    TEST(a_jump_back_counts_too),
    TEST(an_hour_is_not_yet_a_jump),
    TEST(a_clock_behind_the_ledger_is_told_when_it_begins),
};

const struct suite test_clock_suite = SUITE("commands/clock", tests);
