/*
 * Looks at evidence, one by one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/scenario.h"

static const struct json filter = {{"{\"type\":\"task.*\"}", 17}};

static void a_look_is_recorded_with_what_was_asked(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(s, record_look, .route = text_lit("/timeline"), .filter = filter);
    THEN_EMITTED(s, HAPPENED(look_recorded, .route = text_lit("/timeline"), .filter = filter));
}

static void a_look_that_had_to_wait_says_when_it_was(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp then = at("2026-03-22T11:00:00Z");

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(s, record_look, .route = text_lit("/timeline"), .filter = filter, .kept_at = then);
    THEN_EMITTED(
        s, HAPPENED(look_recorded, text_lit("/timeline"), .filter = filter, .kept_at = then));
}

static void no_look_is_recorded_before_the_ledger_begins(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, record_look, .route = text_lit("/timeline"), .filter = filter);
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(a_look_is_recorded_with_what_was_asked),
    TEST(a_look_that_had_to_wait_says_when_it_was),
    TEST(no_look_is_recorded_before_the_ledger_begins),
};

const struct suite test_record_look_suite = SUITE("commands/platform/record_look", tests);
