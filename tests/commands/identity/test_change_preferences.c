/*
 * How people are told things.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void what_changes_is_recorded_alone(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    scenario_actor(s, ACTOR_USER, U2);
    WHEN(
        s, change_preferences, .timezone = text_lit("Europe/Istanbul"),
        .critical_event_emails_enabled = OPT_TRUE, .enrollment_emails_enabled = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(
               preferences_changed, .user_id = U2, .timezone = text_lit("Europe/Istanbul"),
               .enrollment_emails_enabled = OPT_FALSE));
}

static void what_is_so_already_is_not_recorded(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    GIVEN(s, HAPPENED(preferences_changed, .user_id = U2, .enrollment_emails_enabled = OPT_FALSE));
    scenario_actor(s, ACTOR_USER, U2);
    WHEN(
        s, change_preferences, .timezone = text_lit("UTC"), .enrollment_emails_enabled = OPT_FALSE);
    THEN_NOTHING(s);
    WHEN(s, change_preferences, .timezone = {NULL, 0});
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(what_changes_is_recorded_alone),
    TEST(what_is_so_already_is_not_recorded),
};

const struct suite test_change_preferences_suite =
    SUITE("commands/identity/change_preferences", tests);
