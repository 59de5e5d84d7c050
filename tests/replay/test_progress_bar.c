/*
 * What whoever waits gets to see.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/timestamp.h"
#include "replay/progress_bar.h"
#include "tests/support/expect.h"

static void expect_line(const struct progress_state *timestamp, bool has_bar, const char *wanted)
{
    char line[256];

    progress_bar_print(timestamp, has_bar, line, sizeof(line));
    expect_text(text_from(line), wanted);
}

static void numbers_are_grouped_by_thousands(void)
{
    static const struct {
        uint64_t number;
        const char *text;
    } rows[] = {
        {0, "0"},
        {999, "999"},
        {1000, "1,000"},
        {1234567, "1,234,567"},
        {UINT64_MAX, "18,446,744,073,709,551,615"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[GROUPED_SIZE];
        progress_print_grouped(rows[i].number, text);
        expect_text(text_from(text), rows[i].text);
    }
}

static void rate_and_time_left_are_of_this_run(void)
{
    const struct progress_state timestamp = {"building", 1000, 3000, 11000, 2 * US_PER_S};

    expect_line(&timestamp, false, "building   27%  3,000 of 11,000 events  1,000/s  8 s left");
}

static void a_bar_fills_up(void)
{
    struct progress_state timestamp = {"building", 0, 50, 100, US_PER_S};

    expect_line(
        &timestamp, true,
        "building  [############............]  50%  50 of 100 events  50/s  1 s left");
    timestamp.done = 100;
    expect_line(
        &timestamp, true, "building  [########################] 100%  100 of 100 events  100/s");
}

static void long_times_are_told_in_minutes_and_hours(void)
{
    struct progress_state timestamp = {"building", 0, 10, 1000, US_PER_S};

    expect_line(&timestamp, false, "building    1%  10 of 1,000 events  10/s  1 min 39 s left");
    timestamp.size = 100000;
    expect_line(&timestamp, false, "building    0%  10 of 100,000 events  10/s  2 h 46 min left");
}

static void nothing_to_do_is_all_done(void)
{
    const struct progress_state timestamp = {"building", 0, 0, 0, 0};

    expect_line(&timestamp, false, "building  100%  0 of 0 events  0/s");
}

static const struct test tests[] = {
    TEST(numbers_are_grouped_by_thousands),
    TEST(rate_and_time_left_are_of_this_run),
    TEST(a_bar_fills_up),
    TEST(long_times_are_told_in_minutes_and_hours),
    TEST(nothing_to_do_is_all_done),
};
const struct suite test_progress_bar_suite = SUITE("replay/progress", tests);
