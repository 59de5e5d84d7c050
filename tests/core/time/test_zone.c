/*
 * What clocks show: files of the tz database, the rules at their ends, and wall times that come twice or not at
 * all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/time/timezone.h"
#include "core/time/zone.h"
#include "core/time/zone_internal.h"
#include "tests/support/expect.h"

#include <string.h>

enum { ARENA_BYTES = 1 << 20, HOUR = 3600 };

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

static const struct zone *zone_named(const char *name)
{
    const struct zone *zone = timezone_list_zone(zones, text_from(name));

    must(zone != NULL);
    return zone;
}

static int64_t instant(const char *time)
{
    struct timestamp at;

    must(timestamp_parse(text_from(time), &at));
    return at.us / US_PER_S;
}

static void expect_offset(const char *name, const char *at, int64_t seconds)
{
    expect_int64_at(zone_offset(zone_named(name), instant(at)), seconds, __FILE__, __LINE__, name);
}

static void clocks_are_ahead_as_the_database_says(void)
{
    expect_offset("UTC", "2026-07-01T00:00:00Z", 0);
    expect_offset("Europe/Berlin", "2026-03-29T00:59:59Z", HOUR);
    expect_offset("Europe/Berlin", "2026-03-29T01:00:00Z", 2 * HOUR);
    expect_offset("Asia/Kathmandu", "2026-07-01T00:00:00Z", 5 * HOUR + 2700);
    expect_offset("Africa/Monrovia", "1970-06-01T00:00:00Z", -2670);
    expect_offset("Africa/Casablanca", "2026-03-01T12:00:00Z", 0);
    expect_offset("Europe/Dublin", "2026-01-01T00:00:00Z", 0);
    expect_offset("Europe/Dublin", "2026-07-01T00:00:00Z", HOUR);
}

static void the_rule_goes_on_for_ever(void)
{
    expect_offset("Europe/Berlin", "9999-07-01T00:00:00Z", 2 * HOUR);
    expect_offset("Europe/Berlin", "9999-12-31T00:00:00Z", HOUR);
    expect_offset("Australia/Sydney", "2345-01-15T00:00:00Z", 11 * HOUR);
    expect_offset("Australia/Sydney", "2345-07-15T00:00:00Z", 10 * HOUR);
    expect_offset("Europe/Dublin", "2345-07-01T00:00:00Z", HOUR);
    expect_offset("Europe/Dublin", "2345-01-01T00:00:00Z", 0);
}

static void expect_rule(const char *text, const char *at, int64_t seconds)
{
    struct zone_rule rule;

    expect_at(zone_rule_read(text_from(text), &rule), __FILE__, __LINE__, text);
    expect_int64_at(zone_rule_offset(&rule, instant(at)), seconds, __FILE__, __LINE__, text);
}

static void every_form_of_a_rule_is_understood(void)
{
    expect_rule("<+0330>-3:30", "2026-01-01T00:00:00Z", 3 * HOUR + 1800);
    expect_rule("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T00:59:59Z", 2 * HOUR);
    expect_rule("CET-1CEST,M3.5.0,M10.5.0/3", "2026-10-25T01:00:00Z", HOUR);
    expect_rule("AAA3BBB,J60/0,J300/0", "2024-03-01T02:59:59Z", -3 * HOUR);
    expect_rule("AAA3BBB,J60/0,J300/0", "2024-03-01T03:00:00Z", -2 * HOUR);
    expect_rule("AAA3BBB,59/0,300/0", "2024-02-29T03:00:00Z", -2 * HOUR);
    expect_rule("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-27T23:59:59Z", 2 * HOUR);
    expect_rule("EET-2EEST,M3.4.4/50,M10.4.4/50", "2026-03-28T00:00:00Z", 3 * HOUR);
    expect_rule("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", -HOUR);
    expect_rule("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-01T00:00:00Z", 0);
}

static void what_is_no_rule_is_refused(void)
{
    static const char *const none[] = {
        "",
        "CE-1",
        "CET",
        "CET-1CEST",
        "CET-1CEST,M13.1.0,M10.5.0",
        "CET-1CEST,M3.5.0",
        "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,J0,J300",
        "CET-1CEST,M3.5.0,M10.5.0,",
        "<+03-3",
        "CET-200",
        "CET-1:60",
        "CET-1CEST,M3.5.7,M10.5.0"};
    struct zone_rule rule;

    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect_at(!zone_rule_read(text_from(none[i]), &rule), __FILE__, __LINE__, none[i]);
}

/* A file of the second version: a block that old readers see, then the one that counts. */
static size_t make_file(uint8_t *out, const char *rule)
{
    static const uint8_t old_block[] = {
        'T',      'Z', 'i', 'f', '2', [39] = 1, [43] = 1, /* types, characters */
        [44] = 0, 0,   0,   0,   0,   0,        [50] = 0};
    static const uint8_t block[] = {
        'T', 'Z', 'i', 'f', '2', [35] = 1, [39] = 2, [43] = 1,
        /* one change at second 65536, to the second type: an hour ahead */
        [44] = 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 14, 16, 0, 0, 0};

    memcpy(out, old_block, sizeof(old_block));
    memcpy(out + sizeof(old_block), block, sizeof(block));
    memcpy(out + sizeof(old_block) + sizeof(block), rule, strlen(rule));
    return sizeof(old_block) + sizeof(block) + strlen(rule);
}

static void a_file_says_when_clocks_were_changed(void)
{
    uint8_t file[256];
    size_t size = make_file(file, "\n<+01>-1\n");
    const struct zone *zone = zone_read((struct bytes){file, size}, arena);

    expect(zone != NULL);
    if (zone == NULL)
        return;
    expect_int64(zone_offset(zone, 65535), 0);
    expect_int64(zone_offset(zone, 65536), HOUR);
    expect_int64(zone_offset(zone, INT32_MAX), HOUR);
}

static void a_file_that_is_cut_anywhere_is_none(void)
{
    uint8_t file[256];
    size_t size = make_file(file, "\n<+01>-1\n");

    for (size_t cut = 0; cut < size; cut++)
        expect(zone_read((struct bytes){file, cut}, arena) == NULL);
}

static void a_file_without_a_rule_keeps_its_last_offset(void)
{
    uint8_t file[256];
    size_t size = make_file(file, "\n\n");
    const struct zone *zone = zone_read((struct bytes){file, size}, arena);

    expect(zone != NULL && zone_offset(zone, INT32_MAX) == HOUR);
}

static void expect_instant(const char *name, const char *wall, const char *wanted, bool is_shown)
{
    bool was_shown;

    expect_int64_at(
        zone_instant(zone_named(name), instant(wall), &was_shown), instant(wanted), __FILE__,
        __LINE__, wall);
    expect_at(was_shown == is_shown, __FILE__, __LINE__, wall);
}

static void a_wall_time_is_the_first_instant_that_shows_it(void)
{
    expect_instant("UTC", "2026-03-26T09:00:00Z", "2026-03-26T09:00:00Z", true);
    expect_instant("Europe/Berlin", "2026-10-25T02:30:00Z", "2026-10-25T00:30:00Z", true);
    expect_instant("America/New_York", "2026-11-01T01:30:00Z", "2026-11-01T05:30:00Z", true);
    expect_instant("Australia/Lord_Howe", "2026-04-05T01:45:00Z", "2026-04-04T14:45:00Z", true);
}

static void one_that_is_left_out_comes_later_that_day_with_the_same_minute(void)
{
    expect_instant("Europe/Berlin", "2026-03-29T02:30:00Z", "2026-03-29T01:30:00Z", false);
    expect_instant("America/Havana", "2026-03-08T00:00:00Z", "2026-03-08T05:00:00Z", false);
    expect_instant("Australia/Lord_Howe", "2026-10-04T02:15:00Z", "2026-10-03T16:15:00Z", false);
}

/* Samoa left out 30 December 2011. */
static void of_a_day_that_is_left_out_it_is_about_then(void)
{
    expect_instant("Pacific/Apia", "2011-12-30T12:00:00Z", "2011-12-29T22:00:00Z", false);
}

static void local_times_are_told_with_their_offset(void)
{
    struct timestamp at = {INT64_C(1774747800) * US_PER_S};

    expect_text(
        zone_local_time(zone_named("Europe/Berlin"), at, arena), "2026-03-29T03:30:00+02:00");
    expect_text(
        zone_local_time(zone_named("America/New_York"), at, arena), "2026-03-28T21:30:00-04:00");
    expect_text(zone_local_time(NULL, at, arena), "2026-03-29T01:30:00+00:00");
}

static const struct test tests[] = {
    TEST(clocks_are_ahead_as_the_database_says),
    TEST(the_rule_goes_on_for_ever),
    TEST(every_form_of_a_rule_is_understood),
    TEST(what_is_no_rule_is_refused),
    TEST(a_file_says_when_clocks_were_changed),
    TEST(a_file_that_is_cut_anywhere_is_none),
    TEST(a_file_without_a_rule_keeps_its_last_offset),
    TEST(a_wall_time_is_the_first_instant_that_shows_it),
    TEST(one_that_is_left_out_comes_later_that_day_with_the_same_minute),
    TEST(of_a_day_that_is_left_out_it_is_about_then),
    TEST(local_times_are_told_with_their_offset),
};

const struct suite test_zone_suite =
    SUITE_WITH("core/time/zone", tests, .set_up = set_up, .tear_down = tear_down);
