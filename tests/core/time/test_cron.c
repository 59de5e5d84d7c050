/*
 * Reading the five fields of cron.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "core/time/cron.h"
#include "tests/support/expect.h"

#include <string.h>

static struct cron read_cron(const char *text)
{
    struct cron cron = {0};
    char why[CRON_WHY_BYTES] = "";

    expect_at(cron_read(text_from(text), &cron, why), __FILE__, __LINE__, why);
    return cron;
}

static void a_field_is_a_list_of_values_ranges_and_steps(void)
{
    struct cron cron = read_cron("0,10-12,50-59/4 */6 1 * *");

    expect(
        cron.minutes == (UINT64_C(1) | UINT64_C(7) << 10 | UINT64_C(1) << 50 | UINT64_C(1) << 54 |
                         UINT64_C(1) << 58));
    expect(cron.hours == (UINT64_C(1) | 1U << 6 | 1U << 12 | 1U << 18));
    expect(cron.days == 2);
    expect(cron.months == 0x1FFE);
    expect(cron.weekdays == 0x7F);
}

static void months_and_days_have_names_in_any_case(void)
{
    expect(read_cron("0 0 1 JAN,dec *").months == (2 | 1U << 12));
    expect(read_cron("0 0 * * mon-Fri").weekdays == 0x3E);
}

static void sunday_is_0_and_7(void)
{
    expect(read_cron("0 0 * * 0").weekdays == 1);
    expect(read_cron("0 0 * * 7").weekdays == 1);
    expect(read_cron("0 0 * * 5-7").weekdays == (1 | 1U << 5 | 1U << 6));
}

static void blanks_between_fields_may_be_several(void)
{
    expect(read_cron("  0\t0   1 1  * ").months == 2);
}

static void only_an_asterisk_restricts_nothing(void)
{
    struct cron any = read_cron("* * * * *");
    struct cron steps = read_cron("* */1 */1 * */1");

    expect(any.has_any_hour && any.has_any_day && any.has_any_weekday);
    expect(!steps.has_any_hour && !steps.has_any_day && !steps.has_any_weekday);
}

static void expect_refused(const char *text, const char *begins)
{
    struct cron cron;
    char why[CRON_WHY_BYTES] = "";

    expect_at(!cron_read(text_from(text), &cron, why), __FILE__, __LINE__, text);
    expect_at(strncmp(why, begins, strlen(begins)) == 0, __FILE__, __LINE__, why);
}

static void a_bad_field_is_named(void)
{
    expect_refused("60 * * * *", "minute \"60\" must be *, a value from 0 to 59, a range");
    expect_refused("* 24 * * *", "hour \"24\" must be");
    expect_refused("* * 0 * *", "day of month \"0\" must be");
    expect_refused("* * * 13 *", "month \"13\" must be *, a value from 1 to 12 or a name of three");
    expect_refused("* * * * 8", "day of week \"8\" must be");
    expect_refused("5/15 * * * *", "minute \"5/15\" must be");
    expect_refused("*/0 * * * *", "minute \"*/0\" must be");
    expect_refused("30-10 * * * *", "minute \"30-10\" must be");
    expect_refused("* * * * fri-mon", "day of week \"fri-mon\" must be");
    expect_refused("1,,2 * * * *", "minute \"\" must be");
    expect_refused("*-5 * * * *", "minute \"*-5\" must be");
    expect_refused("MON * * * *", "minute \"MON\" must be");
    expect_refused("-1 * * * *", "minute \"-1\" must be");
    expect_refused("99999999999999999999 * * * *", "minute \"99999999999999999999\" must be");
}

static void there_are_five_fields(void)
{
    expect_refused("* * * *", "there must be five fields");
    expect_refused("* * * * * *", "there must be five fields");
    expect_refused("", "there must be five fields");
    expect_refused("@daily", "there must be five fields");
}

static void what_no_year_has_is_refused(void)
{
    expect_refused("0 0 30 2 *", "day of month \"30\" is in no month that is named.");
    expect_refused("0 0 31 4,6,9,11 *", "day of month \"31\" is in no month that is named.");
    read_cron("0 0 29 2 *");
    read_cron("0 0 30 2,3 *");
    read_cron("0 0 30 2 mon");
}

static const struct test tests[] = {
    TEST(a_field_is_a_list_of_values_ranges_and_steps),
    TEST(months_and_days_have_names_in_any_case),
    TEST(sunday_is_0_and_7),
    TEST(blanks_between_fields_may_be_several),
    TEST(only_an_asterisk_restricts_nothing),
    TEST(a_bad_field_is_named),
    TEST(there_are_five_fields),
    TEST(what_no_year_has_is_refused),
};

const struct suite test_cron_suite = SUITE("core/time/cron", tests);
