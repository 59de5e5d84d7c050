/*
 * Refusals beyond the budget.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/scenario.h"

static void refusals_beyond_the_budget_are_counted(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp since = at("2026-03-22T11:59:00Z");

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(s, summarise_refusals, .since = since, .until = scenario_now(s), .count = 17);
    THEN_EMITTED(
        s, EVIDENCE(refusals_summarised, .since = since, .until = scenario_now(s), .count = 17));
}

static void no_refusals_are_not_worth_an_event(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(s, summarise_refusals, .since = scenario_now(s), .until = scenario_now(s), .count = 0);
    THEN_NOTHING(s);
}

static void nothing_is_summarised_before_the_ledger_begins(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, summarise_refusals, .count = 3);
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(refusals_beyond_the_budget_are_counted),
    TEST(no_refusals_are_not_worth_an_event),
    TEST(nothing_is_summarised_before_the_ledger_begins),
};

const struct suite test_summarise_refusals_suite =
    SUITE("commands/platform/summarise_refusals", tests);
