/*
 * Names of time zones.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/time/timezone.h"
#include "tests/support/expect.h"

static void names_of_the_tz_database_are_known(void)
{
    expect(timezone_is_known(text_lit("UTC")));
    expect(timezone_is_known(text_lit("Europe/Istanbul")));
    expect(timezone_is_known(text_lit("America/Argentina/San_Luis")));
    expect(timezone_is_known(text_lit("Etc/GMT+3")));
}

static void links_are_known_too(void)
{
    expect(timezone_is_known(text_lit("EST5EDT")));
    expect(timezone_is_known(text_lit("Asia/Calcutta")));
}

static void case_does_not_matter(void)
{
    expect(timezone_is_known(text_lit("europe/istanbul")));
}

static void what_is_no_zone_is_not_known(void)
{
    expect(!timezone_is_known(text_lit("Mars/Olympus")));
    expect(!timezone_is_known(text_lit("+03:00")));
    expect(!timezone_is_known(text_lit("Europe")));
    expect(!timezone_is_known(text_lit("Etc/Unknown")));
    expect(!timezone_is_known(text_lit("")));
}

static const struct test tests[] = {
    TEST(names_of_the_tz_database_are_known),
    TEST(links_are_known_too),
    TEST(case_does_not_matter),
    TEST(what_is_no_zone_is_not_known),
};

const struct suite test_timezone_suite = SUITE("core/time/timezone", tests);
