/*
 * Spans of time: how they are written, and when they are open.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/time/timezone.h"
#include "core/time/window.h"
#include "tests/support/expect.h"

enum { ARENA_BYTES = 1 << 20 };

static struct timezone_list *zones;
static struct arena *arena;

static void set_up(void)
{
    zones = timezone_list_new(TIMEZONE_SYSTEM_DIRECTORY);
    arena = arena_new(ARENA_BYTES);
}

static void tear_down(void)
{
    timezone_list_free(zones);
    arena_free(arena);
}

static struct timestamp moment(const char *text)
{
    struct timestamp at;

    must(timestamp_parse(text_from(text), &at));
    return at;
}

static struct window make_recurring(const char *cron, const char *timezone, int64_t minutes)
{
    return (struct window){
        .name = text_lit("Freeze"),
        .cron = text_from(cron),
        .timezone = text_from(timezone),
        .minutes = minutes,
    };
}

/* `until` NULL: it is closed. */
static void expect_open(const struct window *window, const char *at, const char *until)
{
    struct timestamp end;
    bool is_open = window_is_open(window, zones, moment(at), &end);

    expect_at(is_open == (until != NULL), __FILE__, __LINE__, at);
    if (is_open && until != NULL)
        expect_at(end.us == moment(until).us, __FILE__, __LINE__, at);
}

static void one_that_is_once_is_open_from_its_beginning_and_not_at_its_end(void)
{
    const struct window window = {
        .name = text_lit("Freeze"),
        .minutes = INT64_ABSENT,
        .from = moment("2026-12-20T00:00:00Z"),
        .until = moment("2027-01-04T00:00:00Z"),
    };

    expect_open(&window, "2026-12-19T23:59:59Z", NULL);
    expect_open(&window, "2026-12-20T00:00:00Z", "2027-01-04T00:00:00Z");
    expect_open(&window, "2027-01-03T23:59:59Z", "2027-01-04T00:00:00Z");
    expect_open(&window, "2027-01-04T00:00:00Z", NULL);
}

static void a_recurring_one_goes_by_the_clocks_of_its_zone_and_keeps_its_length(void)
{
    const struct window window = make_recurring("0 1 * * *", "Europe/Berlin", 180);

    expect_open(&window, "2026-03-27T23:59:59Z", NULL);
    expect_open(&window, "2026-03-28T00:00:00Z", "2026-03-28T03:00:00Z");
    expect_open(&window, "2026-03-29T02:59:59Z", "2026-03-29T03:00:00Z");
    expect_open(&window, "2026-03-29T23:00:00Z", "2026-03-30T02:00:00Z");
    expect_open(&window, "2026-03-30T02:00:00Z", NULL);
}

static void where_turns_overlap_the_last_one_says_the_end(void)
{
    const struct window window = make_recurring("*/10 * * * *", "UTC", 10080);

    expect_open(&window, "2026-03-27T12:34:56Z", "2026-04-03T12:30:00Z");
    expect_open(&window, "2026-03-27T12:40:00Z", "2026-04-03T12:40:00Z");
}

static void of_an_unknown_zone_it_is_never_open(void)
{
    const struct window window = make_recurring("* * * * *", "Europe/Atlantis", 10);

    expect_open(&window, "2026-03-27T12:34:56Z", NULL);
}

static void expect_refused(struct window window, const char *wanted)
{
    struct text why = {NULL, 0};

    expect(!window_settle(&window, zones, arena, &why));
    expect_text(why, wanted);
}

static void it_is_written_in_one_of_two_ways(void)
{
    static const char either[] = "must have cron, timezone and minutes, or else from and until";
    struct window window = make_recurring("0 1 * * *", "europe/berlin", 180);
    struct text why;

    expect(window_settle(&window, zones, arena, &why));
    expect_text(window.timezone, "Europe/Berlin");
    window.from = moment("2026-12-20T00:00:00Z");
    expect_refused(window, either);
    window.until = moment("2026-12-21T00:00:00Z");
    expect_refused(window, either);
    window = make_recurring("0 1 * * *", "Europe/Berlin", INT64_ABSENT);
    expect_refused(window, either);
    window = (struct window){.name = text_lit("None"), .minutes = INT64_ABSENT};
    expect_refused(window, either);
}

static void what_is_wrong_with_it_is_told(void)
{
    struct window window = make_recurring("0 1 * * *", "Atlantis", 180);

    expect_refused(window, "timezone must be an IANA time zone, such as Europe/Berlin");
    window = (struct window){
        .name = text_lit("Back"),
        .minutes = INT64_ABSENT,
        .from = moment("2026-12-20T00:00:00Z"),
        .until = moment("2026-12-20T00:00:00Z"),
    };
    expect_refused(window, "must begin before it ends");
}

static const struct test tests[] = {
    TEST(one_that_is_once_is_open_from_its_beginning_and_not_at_its_end),
    TEST(a_recurring_one_goes_by_the_clocks_of_its_zone_and_keeps_its_length),
    TEST(where_turns_overlap_the_last_one_says_the_end),
    TEST(of_an_unknown_zone_it_is_never_open),
    TEST(it_is_written_in_one_of_two_ways),
    TEST(what_is_wrong_with_it_is_told),
};

const struct suite test_window_suite =
    SUITE_WITH("core/time/window", tests, .set_up = set_up, .tear_down = tear_down);
