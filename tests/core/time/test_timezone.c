/*
 * Names of time zones, of the system and of a directory made for the test.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/timezone.h"
#include "core/time/zone.h"
#include "tests/support/expect.h"

#include <stdio.h>
#include <sys/stat.h>

static struct timezone_list *zones;

static void set_up(void)
{
    zones = timezone_list_new(TIMEZONE_SYSTEM_DIRECTORY);
}

static void tear_down(void)
{
    timezone_list_free(zones);
}

static void expect_zone(const char *name, const char *spelled)
{
    expect_text_at(
        timezone_list_find(zones, text_from(name)), text_from(spelled), __FILE__, __LINE__, name);
}

static void expect_no_zone(const char *name)
{
    expect_at(
        !text_is_present(timezone_list_find(zones, text_from(name))), __FILE__, __LINE__, name);
}

static void names_of_the_tz_database_are_known(void)
{
    expect_zone("UTC", "UTC");
    expect_zone("GMT", "GMT");
    expect_zone("Europe/Istanbul", "Europe/Istanbul");
    expect_zone("America/Argentina/San_Luis", "America/Argentina/San_Luis");
    expect_zone("Etc/GMT+3", "Etc/GMT+3");
}

static void links_are_known_too(void)
{
    expect_zone("Japan", "Japan");
    expect_zone("Asia/Calcutta", "Asia/Calcutta");
}

static void whatever_the_case_a_name_is_spelled_as_the_database_does(void)
{
    expect_zone("europe/istanbul", "Europe/Istanbul");
    expect_zone("utc", "UTC");
    expect_zone("AMERICA/PORT-AU-PRINCE", "America/Port-au-Prince");
}

static void abbreviations_are_no_zones(void)
{
    static const char *const abbreviations[] = {"EST", "MST",     "HST", "CET", "EET", "WET",
                                                "PRC", "EST5EDT", "IST", "PST", "UCT", "GMT0"};

    for (size_t i = 0; i < COUNT_OF(abbreviations); i++)
        expect_no_zone(abbreviations[i]);
}

static void what_is_no_zone_is_not_known(void)
{
    static const char *const none[] = {
        "Mars/Olympus",
        "+03:00",
        "Europe",
        "Europe/",
        "Etc/Unknown",
        "Factory",
        "zone.tab",
        "",
        ".",
        "../zoneinfo/UTC",
        "posix/Etc/GMT",
        "right/Europe/Rome",
        "/UTC",
        "UTC ",
        "Europe/Istanbul\n"};

    for (size_t i = 0; i < COUNT_OF(none); i++)
        expect_no_zone(none[i]);
}

static const char *path_in(const char *directory, const char *name)
{
    static char path[512];

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    return path;
}

static void given_file(const char *directory, const char *name, const char *content)
{
    FILE *file = fopen(path_in(directory, name), "wb");

    expect(file != NULL && fputs(content, file) >= 0 && fclose(file) == 0);
}

/* A file of a zone that is always so many hours ahead of UTC. */
static void given_zone_file(const char *directory, const char *name, uint8_t hours)
{
    uint32_t offset = hours * 3600U;
    const uint8_t types[] = {
        (uint8_t)(offset >> 24),
        (uint8_t)(offset >> 16),
        (uint8_t)(offset >> 8),
        (uint8_t)offset,
        0,
        0,
        'M',
        'T',
        'C',
        0};
    uint8_t header[44] = {'T', 'Z', 'i', 'f', [39] = 1, [43] = 4};
    FILE *file = fopen(path_in(directory, name), "wb");

    expect(
        file != NULL && fwrite(header, sizeof(header), 1, file) == 1 &&
        fwrite(types, sizeof(types), 1, file) == 1 && fclose(file) == 0);
}

/* A zone that no list of libraries knows yet, and files that are none. */
static void the_systems_database_decides(void)
{
    const char *directory = make_directory();

    given_file(directory, "Readme", "Text");
    expect(mkdir(path_in(directory, "Mars"), 0700) == 0);
    given_zone_file(directory, "Mars/Olympus", 5);
    given_file(directory, "Mars/Elysium", "TZif2");
    timezone_list_free(zones);
    zones = timezone_list_new(directory);
    expect_zone("mars/olympus", "Mars/Olympus");
    expect_int64(zone_offset(timezone_list_zone(zones, text_lit("mars/olympus")), 0), 5 * 3600);
    expect_no_zone("Readme");
    expect_no_zone("Mars/Elysium");
    expect_no_zone("Europe/Istanbul");
}

static void without_a_database_the_librarys_list_stands_in(void)
{
    timezone_list_free(zones);
    zones = timezone_list_new("/nonexistent");
    expect_zone("europe/istanbul", "Europe/Istanbul");
    expect_zone("UTC", "UTC");
    expect_no_zone("EST");
    expect_no_zone("Etc/Unknown");
    expect_int64(
        zone_offset(timezone_list_zone(zones, text_lit("America/New_York")), 1782864000),
        -4 * 3600);
    expect_int64(
        zone_offset(timezone_list_zone(zones, text_lit("America/New_York")), 1767225600),
        -5 * 3600);
}

static const struct test tests[] = {
    TEST(names_of_the_tz_database_are_known),
    TEST(links_are_known_too),
    TEST(whatever_the_case_a_name_is_spelled_as_the_database_does),
    TEST(abbreviations_are_no_zones),
    TEST(what_is_no_zone_is_not_known),
    TEST(the_systems_database_decides),
    TEST(without_a_database_the_librarys_list_stands_in),
};

const struct suite test_timezone_suite =
    SUITE_WITH("core/time/timezone", tests, .set_up = set_up, .tear_down = tear_down);
