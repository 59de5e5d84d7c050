/*
 * Bounds of time as people give them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "api/evidence/time_bound.h"
#include "tests/support/expect.h"

static const struct timestamp noon = {INT64_C(1767268800) * US_PER_S}; /* 2026-01-01T12:00:00Z */

static int64_t parsed(const char *text)
{
    struct timestamp out = {-1};

    return time_bound_parse(text_from(text), noon, &out) ? out.us - noon.us : -1;
}

static void a_time_is_said_in_full_or_back_from_now(void)
{
    static const int64_t second = US_PER_S;

    expect_int64(parsed("-90s"), -90 * second);
    expect_int64(parsed("-15m"), -15 * 60 * second);
    expect_int64(parsed("-2h"), -2 * 3600 * second);
    expect_int64(parsed("-7d"), -7 * 86400 * second);
    expect_int64(parsed("-4w"), -28 * 86400 * second);
    expect_int64(parsed("2026-01-01T12:00:01Z"), second);
    expect_int64(parsed("2026-01-01T14:00:00+02:00"), 0);
    expect_int64(parsed("2026-01-01"), -12 * 3600 * second);
    expect_int64(parsed("-999999999w"), 1 - noon.us); /* before there were clocks */
}

static void anything_else_is_none(void)
{
    static const char *const none[] = {"",    "-",    "-h",  "2h",     "--2h",
                                       "-2y", "-2 h", "now", "-2h30m", "-9999999999s"};

    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect_int64(parsed(none[i]), -1);
}

static void the_last_moment_of_a_day_ends_it(void)
{
    struct timestamp out = {0};

    expect(time_bound_parse_last(text_lit("2026-01-01"), noon, &out));
    expect_int64(out.us - noon.us, INT64_C(12) * 3600 * US_PER_S - 1);
    expect(time_bound_parse_last(text_lit("-2h"), noon, &out));
    expect_int64(out.us - noon.us, INT64_C(-7200) * US_PER_S);
}

static const struct test tests[] = {
    TEST(a_time_is_said_in_full_or_back_from_now),
    TEST(anything_else_is_none),
    TEST(the_last_moment_of_a_day_ends_it),
};

const struct suite test_time_bound_suite = SUITE("api/evidence/time_bound", tests);
