/*
 * Moments as text, both ways.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "tests/support/expect.h"

static void expect_printed(int64_t us, const char *wanted)
{
    char out[TIMESTAMP_TEXT_SIZE];

    timestamp_print((struct timestamp){us}, out);
    expect_text(text_from(out), wanted);
}

static void expect_parsed(const char *from, const char *wanted)
{
    struct timestamp timestamp = {0};
    char out[TIMESTAMP_TEXT_SIZE] = "";

    expect(timestamp_parse(text_from(from), &timestamp));
    timestamp_print(timestamp, out);
    expect_text(text_from(out), wanted);
}

static void timestamps_are_printed_with_milliseconds(void)
{
    expect_printed(0, "1970-01-01T00:00:00.000Z");
    expect_printed(1774198049206999, "2026-03-22T16:47:29.206Z");
    expect_printed(951827696789000, "2000-02-29T12:34:56.789Z");
    expect_printed(-1, "1969-12-31T23:59:59.999Z");
    expect_printed(-62135596800000000, "0001-01-01T00:00:00.000Z");
    expect_printed(253402300799999000, "9999-12-31T23:59:59.999Z");
}

static void timestamps_out_of_four_digit_years_stay_inside_their_text(void)
{
    char out[TIMESTAMP_TEXT_SIZE];

    timestamp_print((struct timestamp){INT64_MAX}, out);
    expect_int64(out[TIMESTAMP_TEXT_SIZE - 1], 0);
    timestamp_print((struct timestamp){INT64_MIN}, out);
    expect_int64(out[TIMESTAMP_TEXT_SIZE - 1], 0);
}

static void http_dates_name_day_and_month(void)
{
    char out[30];

    timestamp_print_http((struct timestamp){1795562362000000}, out);
    expect_text(text_from(out), "Tue, 24 Nov 2026 23:19:22 GMT");
    timestamp_print_http((struct timestamp){0}, out);
    expect_text(text_from(out), "Thu, 01 Jan 1970 00:00:00 GMT");
    timestamp_print_http((struct timestamp){-86400000000}, out);
    expect_text(text_from(out), "Wed, 31 Dec 1969 00:00:00 GMT");
    timestamp_print_http((struct timestamp){-432000000000}, out);
    expect_text(text_from(out), "Sat, 27 Dec 1969 00:00:00 GMT");
}

static void dates_are_parsed_loosely(void)
{
    expect_parsed("2026", "2026-01-01T00:00:00.000Z");
    expect_parsed("2026-03", "2026-03-01T00:00:00.000Z");
    expect_parsed("2026-03-22", "2026-03-22T00:00:00.000Z");
    expect_parsed("2024-02-29", "2024-02-29T00:00:00.000Z");
    expect_parsed("2000-02-29", "2000-02-29T00:00:00.000Z");
}

static void week_dates_are_parsed(void)
{
    expect_parsed("2026-W12", "2026-03-16T00:00:00.000Z");
    expect_parsed("2026-W12-7", "2026-03-22T00:00:00.000Z");
    expect_parsed("2026-W01", "2025-12-29T00:00:00.000Z");
    expect_parsed("2026-W53", "2026-12-28T00:00:00.000Z");
    expect_parsed("1969-W01", "1968-12-30T00:00:00.000Z");
}

static void times_and_offsets_are_parsed(void)
{
    expect_parsed("2026-03-22T16", "2026-03-22T16:00:00.000Z");
    expect_parsed("2026-03-22T16:47", "2026-03-22T16:47:00.000Z");
    expect_parsed("2026-03-22 16:47:29", "2026-03-22T16:47:29.000Z");
    expect_parsed("2026-03-22t16:47:29.2z", "2026-03-22T16:47:29.200Z");
    expect_parsed("2026-03-22T16:47:29.2069999999999Z", "2026-03-22T16:47:29.206Z");
    expect_parsed("2026-03-22T16:47:29+03:00", "2026-03-22T13:47:29.000Z");
    expect_parsed("2026-03-22T16:47:29-0330", "2026-03-22T20:17:29.000Z");
    expect_parsed("2026-03-22T01+03", "2026-03-21T22:00:00.000Z");
}

/* From the first to the last microsecond of what is named. */
static void expect_lasting(const char *from, int64_t seconds)
{
    struct timestamp first = {0};
    struct timestamp last = {0};

    expect(timestamp_parse(text_from(from), &first));
    expect(timestamp_parse_last(text_from(from), &last));
    expect_int64(last.us - first.us, seconds * US_PER_S - 1);
}

static void the_end_of_what_is_named_is_its_last_microsecond(void)
{
    struct timestamp last = {0};

    expect_lasting("2026", INT64_C(365) * 86400);
    expect_lasting("2024", INT64_C(366) * 86400);
    expect_lasting("2026-02", INT64_C(28) * 86400);
    expect_lasting("2026-W53", INT64_C(7) * 86400);
    expect_lasting("2026-W53-7", 86400);
    expect_lasting("2026-03-22", 86400);
    expect_lasting("2026-03-22T16", 3600);
    expect_lasting("2026-03-22T16:47Z", 60);
    expect_lasting("2026-03-22T16:47:29+03:00", 1);
    expect(timestamp_parse_last(text_lit("2026-03-22T16:47:29.206Z"), &last));
    expect_int64(last.us, 1774198049206999);
    expect(timestamp_parse_last(text_lit("2026-03-22T16:47:29.206123Z"), &last));
    expect_int64(last.us, 1774198049206123);
    expect(timestamp_parse_last(text_lit("2026-03-22T16:47:29.2061237Z"), &last));
    expect_int64(last.us, 1774198049206123);
    expect(!timestamp_parse_last(text_lit("2026-02-29"), &last));
}

static void what_is_no_timestamp_is_refused(void)
{
    static const char *const bad[] = {
        "",
        "x",
        "202",
        "2026-",
        "2026-13",
        "2026-00",
        "2026-02-29",
        "1900-02-29",
        "2026-04-31",
        "2026-03-00",
        "2026-W00",
        "2026-W54",
        "2025-W53",
        "2026-W12-8",
        "2026-W12-0",
        "2026-03-22T",
        "2026-03-22T24",
        "2026-03-22T16:60",
        "2026-03-22T16:47:60",
        "2026-03-22T16:47:29.",
        "2026-03-22T16:47:29X",
        "2026-03-22T16:47:29+24",
        "2026-03-22T16:47:29+03:60",
        "2026-03-22T16:47:29+3",
        "2026-03-22T16:47:29ZZ",
        "2026-03-22Z",
        " 2026",
        "-026",
        "2026-3-22",
    };
    struct timestamp timestamp = {77};

    for (size_t i = 0; i < COUNT_OF(bad); i++)
        expect(!timestamp_parse(text_from(bad[i]), &timestamp));
    expect(!timestamp_parse((struct text){NULL, 0}, &timestamp));
    expect_int64(timestamp.us, 77);
}

static void every_day_of_four_centuries_comes_back(void)
{
    for (int64_t day = timestamp_days_from_date(1899, 12, 31);
         day < timestamp_days_from_date(2301, 1, 2); day++) {
        char out[TIMESTAMP_TEXT_SIZE];
        struct timestamp timestamp = {day * 86400 * US_PER_S};
        struct timestamp back = {1};
        timestamp_print(timestamp, out);
        if (!timestamp_parse(text_from(out), &back) || back.us != timestamp.us)
            expect_text(text_from(out), "a moment that comes back");
    }
}

static void a_month_is_from_its_first_moment_to_that_of_the_next(void)
{
    for (int64_t month = 1970 * 12 + 1; month < 2301 * 12; month++) {
        struct timestamp start = timestamp_month_start(month);
        char out[TIMESTAMP_TEXT_SIZE];

        timestamp_print(start, out);
        expect_text((text_slice(text_from(out), 7, 17)), "-01T00:00:00.000Z");
        expect_int64(timestamp_month(start), month);
        expect_int64(timestamp_month(timestamp_plus_us(start, -1)), month - 1);
    }
    expect_int64(timestamp_month((struct timestamp){INT64_C(1772550000000000)}), 2026 * 12 + 2);
}

static void clocks_go_forward(void)
{
    int64_t before = monotonic_us();

    expect(monotonic_us() >= before);
    expect(boottime_us() > 0);
    expect(timestamp_now().us > timestamp_days_from_date(2024, 1, 1) * 86400 * US_PER_S);
}

static const struct test tests[] = {
    TEST(timestamps_are_printed_with_milliseconds),
    TEST(timestamps_out_of_four_digit_years_stay_inside_their_text),
    TEST(http_dates_name_day_and_month),
    TEST(dates_are_parsed_loosely),
    TEST(week_dates_are_parsed),
    TEST(times_and_offsets_are_parsed),
    TEST(the_end_of_what_is_named_is_its_last_microsecond),
    TEST(what_is_no_timestamp_is_refused),
    TEST(every_day_of_four_centuries_comes_back),
    TEST(a_month_is_from_its_first_moment_to_that_of_the_next),
    TEST(clocks_go_forward),
};

const struct suite test_timestamp_suite = SUITE("core/base/moment", tests);
