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

static void days_have_names(void)
{
    static const int64_t hour = INT64_C(3600) * US_PER_S;
    struct timestamp out = {0};

    expect_int64(parsed("today"), -12 * hour);
    expect_int64(parsed("yesterday"), -36 * hour);
    expect_int64(parsed("yesterday 14:30"), -36 * hour + 14 * hour + hour / 2);
    expect_int64(parsed("today 00:00"), -12 * hour);
    expect(time_bound_parse_last(text_lit("yesterday"), noon, &out));
    expect_int64(out.us - noon.us, -12 * hour - 1);
    expect(time_bound_parse_last(text_lit("today 14:05"), noon, &out));
    expect_int64(out.us - noon.us, 2 * hour + 6 * 60 * US_PER_S - 1);
}

static void a_length_of_time_is_a_number_and_a_unit(void)
{
    static const char *const none[] = {"", "h", "1", "-1h", "+1h", "1 h", "1y", "0x1h"};
    int64_t out_us = 0;

    expect(time_bound_span(text_lit("90s"), &out_us));
    expect_int64(out_us, 90 * US_PER_S);
    expect(time_bound_span(text_lit("999999999w"), &out_us));
    expect(out_us > 0);
    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect(!time_bound_span(text_from(none[i]), &out_us));
}

static void anything_else_is_none(void)
{
    static const char *const none[] = {
        "",           "-",           "-h",          "2h",           "--2h",       "-2y",
        "-2 h",       "now",         "-2h30m",      "-9999999999s", "yesterdays", "today 24:00",
        "today 1:00", "today 12:60", "today -1:00", "today 12:00 "};

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
    TEST(a_time_is_said_in_full_or_back_from_now), TEST(days_have_names),
    TEST(a_length_of_time_is_a_number_and_a_unit), TEST(anything_else_is_none),
    TEST(the_last_moment_of_a_day_ends_it),
};

const struct suite test_time_bound_suite = SUITE("api/evidence/time_bound", tests);
