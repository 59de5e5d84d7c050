/*
 * A drill is on record with what it found, however it went.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "tests/support/opened_ledger.h"

static void a_drill_that_went_well_is_on_record(void)
{
    struct scenario *s = given_opened_ledger();

    WHEN(
        s, record_drill, .backup = text_lit("m"), .size = 7, .head = 9, .recovery_point_us = 5,
        .recovery_us = 6, .findings = {"", 0});
    THEN_EMITTED(
        s, HAPPENED(
               drill_recorded, .backup = text_lit("m"), .size = 7, .head = 9,
               .recovery_point_us = 5, .recovery_us = 6, .findings = {"", 0}));
}

static void one_that_did_not_is_on_record_with_what_it_found(void)
{
    static const struct text finding = TEXT_OF("the backup could not be restored");
    struct scenario *s = given_opened_ledger();

    WHEN(
        s, record_drill, .size = 0, .head = 9, .recovery_point_us = 5, .recovery_us = 6,
        .findings = {&finding, 1});
    THEN_EMITTED(
        s, HAPPENED(
               drill_recorded, .size = 0, .head = 9, .recovery_point_us = 5, .recovery_us = 6,
               .findings = {&finding, 1}));
}

static void without_a_ledger_there_was_no_drill(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, record_drill, .size = 0, .head = 9, .recovery_point_us = 5, .recovery_us = 6,
        .findings = {"", 0});
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(a_drill_that_went_well_is_on_record),
    TEST(one_that_did_not_is_on_record_with_what_it_found),
    TEST(without_a_ledger_there_was_no_drill),
};
const struct suite test_record_drill_suite = SUITE("commands/platform/record_drill", tests);
