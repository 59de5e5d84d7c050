/*
 * Looks at evidence, counted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/scenario.h"

static void repeats_and_what_is_beyond_the_budget_are_counted(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct counted_look counted = {id_named("order"), 17};
    const struct list looks = {&counted, 1};
    struct timestamp since = at("2026-03-22T11:50:00Z");
    struct timestamp until = scenario_now(s);

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(s, count_looks, .since = since, .until = until, .looks = looks, .further = 3);
    THEN_EMITTED(s, HAPPENED(looks_counted, since, until, .looks = looks, .further = 3));
}

static void looks_that_were_not_repeated_are_not_worth_an_event(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp now = scenario_now(s);

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(s, count_looks, .since = now, .until = now, .looks = {"", 0}, .further = 0);
    THEN_NOTHING(s);
}

static void no_looks_are_counted_before_the_ledger_begins(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp now = scenario_now(s);

    WHEN(s, count_looks, .since = now, .until = now, .looks = {"", 0}, .further = 3);
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(repeats_and_what_is_beyond_the_budget_are_counted),
    TEST(looks_that_were_not_repeated_are_not_worth_an_event),
    TEST(no_looks_are_counted_before_the_ledger_begins),
};

const struct suite test_count_looks_suite = SUITE("commands/platform/count_looks", tests);
