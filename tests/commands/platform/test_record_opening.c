/*
 * Personal fields that are opened.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "eventlog/events/platform_events.h"
#include "tests/support/scenario.h"

static void every_opening_is_recorded_with_the_position_of_the_event(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(s, HAPPENED(ledger_opened, .installation_id = id_named("it")));
    WHEN(s, record_opening, .workspace_id = W1, .position = 7);
    THEN_EMITTED(s, HAPPENED(fields_opened, .position = 7));
    WHEN(s, record_opening, .workspace_id = W1, .position = 7);
    THEN_EMITTED(s, HAPPENED(fields_opened, .position = 7));
}

static void nothing_is_opened_before_the_ledger_begins(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, record_opening, .position = 7);
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(every_opening_is_recorded_with_the_position_of_the_event),
    TEST(nothing_is_opened_before_the_ledger_begins),
};

const struct suite test_record_opening_suite = SUITE("commands/platform/record_opening", tests);
