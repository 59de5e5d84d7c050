/*
 * When something is due next, for every cadence, across the days on which clocks are changed.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "core/time/recurrence.h"
#include "core/time/timezone.h"
#include "tests/support/expect.h"

#include <stdio.h>

enum { ARENA_BYTES = 1 << 20 };
#define NONE INT64_ABSENT

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

static const struct due_case {
    enum cadence cadence;
    int64_t minute;
    int64_t hour;
    int64_t day_of_week;
    int64_t interval_minutes;
    const char *timezone;
    const char *after;
    const char *next;
} cases[] = {
    /* clang-format off */
    {CADENCE_MINUTELY, 0, NONE, NONE, NONE, "UTC", "2026-03-26T09:31:00.000Z", "2026-03-26T09:32:00.000Z"},
    {CADENCE_MINUTELY, 0, NONE, NONE, NONE, "UTC", "2026-03-26T09:31:59.999Z", "2026-03-26T09:32:00.000Z"},
    {CADENCE_CUSTOM, 0, NONE, NONE, 1, "UTC", "2026-03-26T09:31:20.000Z", "2026-03-26T09:32:00.000Z"},
    {CADENCE_CUSTOM, 0, NONE, NONE, 7, "UTC", "2026-03-26T09:31:20.000Z", "2026-03-26T09:38:00.000Z"},
    {CADENCE_CUSTOM, 0, NONE, NONE, 7, "UTC", "2026-03-26T09:38:00.000Z", "2026-03-26T09:45:00.000Z"},
    {CADENCE_CUSTOM, 0, NONE, NONE, 10080, "UTC", "2026-03-26T09:31:20.000Z", "2026-04-02T09:31:00.000Z"},
    {CADENCE_HOURLY, 15, NONE, NONE, NONE, "America/New_York", "2026-03-08T06:15:00.000Z", "2026-03-08T07:15:00.000Z"},
    {CADENCE_HOURLY, 0, NONE, NONE, NONE, "Asia/Kathmandu", "2026-05-01T00:00:00.000Z", "2026-05-01T00:15:00.000Z"},
    {CADENCE_HOURLY, 30, NONE, NONE, NONE, "Australia/Lord_Howe", "2026-04-04T14:30:00.000Z", "2026-04-04T15:00:00.000Z"},
    {CADENCE_HOURLY, 30, NONE, NONE, NONE, "Australia/Lord_Howe", "2026-04-04T15:00:00.000Z", "2026-04-04T16:00:00.000Z"},
    {CADENCE_HOURLY, 15, NONE, NONE, NONE, "Australia/Lord_Howe", "2026-10-03T14:45:00.000Z", "2026-10-03T16:15:00.000Z"},
    {CADENCE_HOURLY, 15, NONE, NONE, NONE, "Australia/Lord_Howe", "2026-10-03T15:45:00.000Z", "2026-10-03T16:15:00.000Z"},
    {CADENCE_HOURLY, 5, NONE, NONE, NONE, "UTC", "2026-01-01T00:05:30.000Z", "2026-01-01T01:05:00.000Z"},
    {CADENCE_DAILY, 30, 2, NONE, NONE, "America/New_York", "2026-03-07T12:00:00.000Z", "2026-03-08T07:30:00.000Z"},
    {CADENCE_DAILY, 0, 2, NONE, NONE, "America/New_York", "2026-03-08T05:00:00.000Z", "2026-03-08T07:00:00.000Z"},
    {CADENCE_DAILY, 59, 2, NONE, NONE, "America/New_York", "2026-03-08T05:00:00.000Z", "2026-03-08T07:59:00.000Z"},
    {CADENCE_DAILY, 30, 2, NONE, NONE, "America/New_York", "2026-03-08T07:30:00.000Z", "2026-03-09T06:30:00.000Z"},
    {CADENCE_DAILY, 30, 1, NONE, NONE, "America/New_York", "2026-11-01T04:00:00.000Z", "2026-11-01T05:30:00.000Z"},
    {CADENCE_DAILY, 30, 1, NONE, NONE, "America/New_York", "2026-11-01T05:30:00.000Z", "2026-11-02T06:30:00.000Z"},
    {CADENCE_DAILY, 30, 1, NONE, NONE, "America/New_York", "2026-11-01T06:30:00.000Z", "2026-11-02T06:30:00.000Z"},
    {CADENCE_DAILY, 0, 9, NONE, NONE, "America/New_York", "2026-03-07T14:00:00.000Z", "2026-03-08T13:00:00.000Z"},
    {CADENCE_DAILY, 0, 0, NONE, NONE, "America/Havana", "2026-03-07T12:00:00.000Z", "2026-03-08T05:00:00.000Z"},
    {CADENCE_DAILY, 30, 0, NONE, NONE, "America/Santiago", "2026-09-05T12:00:00.000Z", "2026-09-06T04:30:00.000Z"},
    {CADENCE_DAILY, 15, 2, NONE, NONE, "Australia/Lord_Howe", "2026-10-03T05:00:00.000Z", "2026-10-03T16:15:00.000Z"},
    {CADENCE_DAILY, 45, 1, NONE, NONE, "Australia/Lord_Howe", "2026-04-04T05:00:00.000Z", "2026-04-04T14:45:00.000Z"},
    {CADENCE_DAILY, 30, 1, NONE, NONE, "Europe/London", "2026-03-28T12:00:00.000Z", "2026-03-29T01:30:00.000Z"},
    {CADENCE_DAILY, 30, 1, NONE, NONE, "Europe/London", "2026-10-24T12:00:00.000Z", "2026-10-25T00:30:00.000Z"},
    {CADENCE_DAILY, 15, 3, NONE, NONE, "UTC", "2026-03-26T03:15:20.000Z", "2026-03-27T03:15:00.000Z"},
    {CADENCE_DAILY, 15, 3, NONE, NONE, "UTC", "2026-03-26T03:14:59.999Z", "2026-03-26T03:15:00.000Z"},
    {CADENCE_DAILY, 0, 12, NONE, NONE, "Pacific/Kiritimati", "2026-12-31T00:00:00.000Z", "2026-12-31T22:00:00.000Z"},
    {CADENCE_DAILY, 0, 0, NONE, NONE, "Asia/Kolkata", "2026-02-28T20:00:00.000Z", "2026-03-01T18:30:00.000Z"},
    {CADENCE_WEEKLY, 30, 9, 1, NONE, "Europe/Istanbul", "2026-03-26T09:31:00.000Z", "2026-03-30T06:30:00.000Z"},
    {CADENCE_WEEKLY, 30, 2, 0, NONE, "America/New_York", "2026-03-02T00:00:00.000Z", "2026-03-08T07:30:00.000Z"},
    {CADENCE_WEEKLY, 30, 1, 0, NONE, "America/New_York", "2026-10-26T00:00:00.000Z", "2026-11-01T05:30:00.000Z"},
    {CADENCE_WEEKLY, 0, 9, 4, NONE, "UTC", "2026-03-26T08:59:59.000Z", "2026-03-26T09:00:00.000Z"},
    {CADENCE_WEEKLY, 0, 9, 4, NONE, "UTC", "2026-03-26T09:00:00.000Z", "2026-04-02T09:00:00.000Z"},
    {CADENCE_WEEKLY, 0, 0, 0, NONE, "Asia/Tokyo", "2026-12-31T16:00:00.000Z", "2027-01-02T15:00:00.000Z"},
    {CADENCE_WEEKLY, 0, 0, 6, NONE, "Pacific/Auckland", "2026-04-03T10:00:00.000Z", "2026-04-03T11:00:00.000Z"},
    /* clang-format on */
};

static struct recurrence recurrence_of(const struct due_case *row)
{
    return (struct recurrence){
        .cadence = {(int64_t)row->cadence},
        .minute = row->minute,
        .hour = row->hour,
        .day_of_week = row->day_of_week,
        .interval_minutes = row->interval_minutes,
        .timezone = text_from(row->timezone),
    };
}

static void expect_next(const struct recurrence *recurrence, const char *after, const char *next)
{
    struct timestamp reference = {0};
    struct timestamp found = {0};
    char shown[TIMESTAMP_TEXT_SIZE] = "none";
    char what[200];

    expect(timestamp_parse(text_from(after), &reference));
    if (recurrence_next(recurrence, zones, reference, &found))
        timestamp_print(found, shown);
    snprintf(
        what, sizeof(what), "%s after %s", text_c(arena, recurrence_label(recurrence, arena)),
        after);
    expect_text_at(text_from(shown), text_from(next), __FILE__, __LINE__, what);
}

static void each_cadence_knows_its_next_time(void)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct recurrence recurrence = recurrence_of(&cases[i]);
        expect_next(&recurrence, cases[i].after, cases[i].next);
    }
}

static void expect_cron(const char *cron, const char *timezone, const char *after, const char *next)
{
    const struct recurrence recurrence = {
        .cadence = {CADENCE_CRON}, .cron = text_from(cron), .timezone = text_from(timezone)};

    expect_next(&recurrence, after, next);
}

static void a_cron_is_due_when_its_fields_say(void)
{
    expect_cron("*/5 9-17 * * 1-5", "UTC", "2026-03-26T09:31:00Z", "2026-03-26T09:35:00.000Z");
    expect_cron("*/5 9-17 * * 1-5", "UTC", "2026-03-27T17:55:00Z", "2026-03-30T09:00:00.000Z");
    expect_cron("59 * * * *", "UTC", "2026-03-26T09:59:00Z", "2026-03-26T10:59:00.000Z");
    expect_cron("0 0 31 * *", "UTC", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00.000Z");
    expect_cron("0 0 29 feb *", "UTC", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00.000Z");
    expect_cron("30 4 1,15 * fri", "UTC", "2026-03-01T05:00:00Z", "2026-03-06T04:30:00.000Z");
    expect_cron("0 12 * * 7", "Asia/Tokyo", "2026-03-26T00:00:00Z", "2026-03-29T03:00:00.000Z");
    expect_cron("0 0 1 1 *", "UTC", "1970-01-01T00:00:01Z", "1971-01-01T00:00:00.000Z");
}

static void nothing_is_due_after_the_year_9999(void)
{
    expect_cron("59 23 31 12 *", "UTC", "9999-12-31T23:58:00Z", "9999-12-31T23:59:00.000Z");
    expect_cron("59 23 31 12 *", "UTC", "9999-12-31T23:59:00Z", "none");
}

/* New York, 8 March 2026: 2:00 to 3:00 is left out; 1 November: 1:00 to 2:00 comes twice. */
static void a_wall_time_that_is_left_out_comes_later_that_day(void)
{
    static const char *const zone = "America/New_York";

    expect_cron("0,30 2 * * *", zone, "2026-03-08T06:59:00Z", "2026-03-08T07:00:00.000Z");
    expect_cron("0,30 2 * * *", zone, "2026-03-08T07:00:00Z", "2026-03-08T07:30:00.000Z");
    expect_cron("0,30 2 * * *", zone, "2026-03-08T07:30:00Z", "2026-03-09T06:00:00.000Z");
}

static void times_that_fall_together_are_one(void)
{
    static const char *const zone = "America/New_York";

    expect_cron("30 2,3 * * *", zone, "2026-03-08T06:00:00Z", "2026-03-08T07:30:00.000Z");
    expect_cron("30 2,3 * * *", zone, "2026-03-08T07:30:00Z", "2026-03-09T06:30:00.000Z");
    expect_cron("45 2 * * *", zone, "2026-03-08T07:10:00Z", "2026-03-08T07:45:00.000Z");
    expect_cron("0,30,45 2-3 * * *", zone, "2026-03-08T07:00:00Z", "2026-03-08T07:30:00.000Z");
    expect_cron("0,30,45 2-3 * * *", zone, "2026-03-08T07:30:00Z", "2026-03-08T07:45:00.000Z");
}

static void a_named_hour_that_comes_twice_counts_once(void)
{
    static const char *const zone = "America/New_York";

    expect_cron("0,30 1 * * *", zone, "2026-11-01T04:59:00Z", "2026-11-01T05:00:00.000Z");
    expect_cron("0,30 1 * * *", zone, "2026-11-01T05:00:00Z", "2026-11-01T05:30:00.000Z");
    expect_cron("0,30 1 * * *", zone, "2026-11-01T05:30:00Z", "2026-11-02T06:00:00.000Z");
    expect_cron("0,30 1 * * *", zone, "2026-11-01T06:10:00Z", "2026-11-02T06:00:00.000Z");
}

static void an_hour_that_is_not_named_counts_as_often_as_it_comes(void)
{
    static const char *const zone = "America/New_York";

    expect_cron("*/30 * * * *", zone, "2026-11-01T05:30:00Z", "2026-11-01T06:00:00.000Z");
    expect_cron("*/30 * * * *", zone, "2026-11-01T06:00:00Z", "2026-11-01T06:30:00.000Z");
    expect_cron("*/30 * * * *", zone, "2026-03-08T06:30:00Z", "2026-03-08T07:00:00.000Z");
    expect_cron("0 * 8 3 *", zone, "2026-03-08T06:30:00Z", "2026-03-08T07:00:00.000Z");
    expect_cron("0 * 8 3 *", "America/Havana", "2026-03-01T00:00:00Z", "2026-03-08T05:00:00.000Z");
}

static bool settles(struct recurrence *recurrence, unsigned given, const char *why)
{
    struct text found = {NULL, 0};
    bool is_settled = recurrence_settle(recurrence, given, arena, &found);

    expect_text_at(found, text_from(why), __FILE__, __LINE__, "why");
    return is_settled;
}

static struct recurrence bare(enum cadence cadence)
{
    return (struct recurrence){
        .cadence = {(int64_t)cadence},
        .minute = 30,
        .hour = NONE,
        .day_of_week = NONE,
        .interval_minutes = NONE};
}

static void each_cadence_takes_its_own_values(void)
{
    struct recurrence minutely = bare(CADENCE_MINUTELY);
    struct recurrence weekly = bare(CADENCE_WEEKLY);

    expect(settles(&minutely, 0, NULL));
    expect_int64(minutely.minute, 0);
    weekly.hour = 9;
    weekly.day_of_week = 1;
    expect(settles(&weekly, RECURRENCE_HOUR | RECURRENCE_DAY_OF_WEEK, NULL));
    expect_int64(weekly.minute, 30);
}

static void what_a_cadence_lacks_is_named(void)
{
    static const struct {
        enum cadence cadence;
        const char *why;
    } lacking[] = {
        {CADENCE_CUSTOM, "Custom schedules require an intervalMinutes value."},
        {CADENCE_DAILY, "Daily schedules require an hour value."},
        {CADENCE_WEEKLY, "Weekly schedules require both hour and dayOfWeek values."},
        {CADENCE_CRON, "Cron schedules require a cron value."},
    };

    for (size_t i = 0; i < COUNT_OF(lacking); i++) {
        struct recurrence recurrence = bare(lacking[i].cadence);
        expect(!settles(&recurrence, 0, lacking[i].why));
    }
}

static void a_minute_is_asked_for(void)
{
    struct recurrence recurrence = bare(CADENCE_HOURLY);

    recurrence.minute = NONE;
    expect(!settles(&recurrence, 0, "minute must be an integer number"));
}

/* Also where it is null. */
static void what_a_cadence_does_not_take_is_refused(void)
{
    static const struct {
        enum cadence cadence;
        unsigned given;
        const char *why;
    } surplus[] = {
        {CADENCE_MINUTELY, RECURRENCE_HOUR,
         "Minutely schedules do not accept hour, dayOfWeek, or intervalMinutes values."},
        {CADENCE_HOURLY, RECURRENCE_INTERVAL, "Hourly schedules accept only the minute field."},
        {CADENCE_HOURLY, RECURRENCE_CRON, "Only cron schedules accept a cron value."},
    };

    for (size_t i = 0; i < COUNT_OF(surplus); i++) {
        struct recurrence recurrence = bare(surplus[i].cadence);
        expect(!settles(&recurrence, surplus[i].given, surplus[i].why));
    }
}

static void a_bad_cron_is_refused_with_its_reason(void)
{
    struct recurrence recurrence = bare(CADENCE_CRON);

    recurrence.cron = text_lit("0 0 30 2 *");
    expect(!settles(
        &recurrence, RECURRENCE_CRON, "cron: day of month \"30\" is in no month that is named."));
}

static void expect_label(struct recurrence recurrence, const char *label)
{
    recurrence.timezone = text_lit("UTC");
    expect_text(recurrence_label(&recurrence, arena), label);
}

static void each_cadence_is_told_in_words(void)
{
    struct recurrence weekly = bare(CADENCE_WEEKLY);
    struct recurrence custom = bare(CADENCE_CUSTOM);
    struct recurrence cron = bare(CADENCE_CRON);

    weekly.minute = 5;
    weekly.hour = 9;
    weekly.day_of_week = 0;
    custom.interval_minutes = 45;
    cron.cron = text_lit("0 0 * * *");
    expect_label(bare(CADENCE_MINUTELY), "Every minute UTC");
    expect_label(custom, "Every 45 minutes UTC");
    expect_label(bare(CADENCE_HOURLY), "Every hour at :30 UTC");
    expect_label(weekly, "Every Sunday at 09:05 UTC");
    weekly.cadence.is = CADENCE_DAILY;
    expect_label(weekly, "Every day at 09:05 UTC");
    expect_label(cron, "0 0 * * * UTC");
}

static void an_unknown_zone_has_no_times(void)
{
    expect_cron("0 0 * * *", "Mars/Olympus", "2026-03-08T07:00:00Z", "none");
}

static const struct test tests[] = {
    TEST(each_cadence_knows_its_next_time),
    TEST(a_cron_is_due_when_its_fields_say),
    TEST(nothing_is_due_after_the_year_9999),
    TEST(a_wall_time_that_is_left_out_comes_later_that_day),
    TEST(times_that_fall_together_are_one),
    TEST(a_named_hour_that_comes_twice_counts_once),
    TEST(an_hour_that_is_not_named_counts_as_often_as_it_comes),
    TEST(each_cadence_takes_its_own_values),
    TEST(what_a_cadence_lacks_is_named),
    TEST(a_minute_is_asked_for),
    TEST(what_a_cadence_does_not_take_is_refused),
    TEST(a_bad_cron_is_refused_with_its_reason),
    TEST(each_cadence_is_told_in_words),
    TEST(an_unknown_zone_has_no_times),
};

const struct suite test_recurrence_suite =
    SUITE_WITH("core/time/recurrence", tests, .set_up = set_up, .tear_down = tear_down);
