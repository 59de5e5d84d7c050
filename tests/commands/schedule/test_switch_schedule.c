/*
 * Switching schedules on and off, and deleting them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"
#include "tests/support/fleet.h"
#include "tests/support/schedules.h"

static struct scenario *given_one(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");

    given_node(s);
    given_schedule_due(s, S1, "2026-03-22T12:10:00Z");
    return s;
}

static void when_switched(struct scenario *s, struct opt_bool enabled)
{
    WHEN(s, switch_schedule, .workspace_id = W1, .id = S1, .enabled = enabled);
}

static void one_that_is_off_is_never_due(void)
{
    struct scenario *s = given_one();

    when_switched(s, OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(schedule_disabled, .schedule_id = S1, .reason = {DISABLED_ON_REQUEST}));
    scenario_pass(s, 3600);
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static void switched_on_again_it_is_due_from_then_on(void)
{
    struct scenario *s = given_one();

    when_switched(s, OPT_FALSE);
    scenario_pass(s, 3600);
    when_switched(s, OPT_TRUE);
    THEN_EMITTED(
        s,
        HAPPENED(schedule_enabled, .schedule_id = S1, .next_run_at = at("2026-03-22T13:10:00Z")));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 1);
}

static void switching_on_what_is_on_counts_from_now(void)
{
    struct scenario *s = given_one();

    scenario_pass(s, 3600);
    when_switched(s, OPT_TRUE);
    THEN_EMITTED(
        s,
        HAPPENED(schedule_enabled, .schedule_id = S1, .next_run_at = at("2026-03-22T13:10:00Z")));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 1);
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static void one_of_another_workspace_is_not_found(void)
{
    struct scenario *s = given_one();

    given_workspace_called(s, W2, "other");
    WHEN(s, switch_schedule, .workspace_id = W2, .id = S1, .enabled = OPT_TRUE);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Scheduled task %s was not found", S1));
    WHEN(s, delete_schedule, .workspace_id = W2, .id = S1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Scheduled task %s was not found", S1));
}

static void a_deleted_one_is_gone(void)
{
    struct scenario *s = given_one();

    WHEN(s, delete_schedule, .id = S1);
    THEN_EMITTED(
        s, HAPPENED(
               schedule_deleted, .schedule_id = S1, .reason = {SCHEDULE_DELETED_ON_REQUEST},
               .name = text_lit("Nightly"), .node_id = N1));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 0);
    WHEN(s, delete_schedule, .id = S1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Scheduled task %s was not found", S1));
}

static const struct test tests[] = {
    TEST(one_that_is_off_is_never_due),
    TEST(switched_on_again_it_is_due_from_then_on),
    TEST(switching_on_what_is_on_counts_from_now),
    TEST(one_of_another_workspace_is_not_found),
    TEST(a_deleted_one_is_gone),
};

const struct suite test_switch_schedule_suite = SUITE("commands/schedule/switch_schedule", tests);
