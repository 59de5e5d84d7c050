/*
 * What time does to tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void a_claim_that_was_not_started_in_time_waits_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    scenario_pass(s, 59);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_LEASE_EXPIRED}));
    THEN_CAUSED_BY(s, task_claimed);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    expect(uuid_equal(ANSWER(s, claim_answer)->task->id, T1));
}

static void what_waits_for_too_long_has_failed(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    scenario_pass(s, 119);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, 2);
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
    THEN_CAUSED_BY(s, task_created);
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    THEN_NOTHING(s);
}

static void waiting_is_counted_from_the_creation_also_after_a_claim(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    scenario_pass(s, 121);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_LEASE_EXPIRED}));
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
}

static void what_runs_for_too_long_has_failed(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    scenario_pass(s, 1799);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, 2);
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_RUNNING}));
}

static void what_timed_out_shows_both_ends_by_our_clock(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    AUTO_ARENA arena = arena_new(1 << 16);
    struct task_state_view task;

    given_node(s);
    given_accepted_task(s);
    GIVEN(
        s,
        HAPPENED(
            task_started, .task_id = T1, .started_at = at("1999-01-01"), .is_by_agent = OPT_TRUE));
    expect(model_load(scenario_model(s), &task_aggregate, T1, arena, &task));
    scenario_pass(s, 3600);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               task_timed_out, .task_id = T1, .previous_status = {TASK_RUNNING},
               .started_at = task.running_since));
}

static void running_is_counted_by_our_clock_whatever_the_agent_says(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    GIVEN(s, HAPPENED(task_started, .task_id = T1, .started_at = at("1999-01-01")));
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

/* The one timer of all tasks. */
static bool has_timer(const struct scenario *s, struct timer *out)
{
    static const int kinds[] = {TIMER_QUEUED, TIMER_LEASE, TIMER_RUNNING, TIMER_FINISHED};
    size_t count = 0;

    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        struct timer timer = {.kind = kinds[i]};
        while (model_next_timer(scenario_model(s), &timer, &timer)) {
            *out = timer;
            count++;
        }
    }
    expect(count <= 1);
    return count == 1;
}

static void expect_timer(const struct scenario *s, int kind)
{
    struct timer timer = {.kind = 0};

    expect(has_timer(s, &timer));
    expect_int64(timer.kind, kind);
    expect(uuid_equal(timer.id, T1));
}

static void expect_no_timer(const struct scenario *s)
{
    struct timer timer;

    expect(!has_timer(s, &timer));
}

static void a_task_has_one_timer_at_a_time(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct timestamp now = scenario_now(s);

    given_node(s);
    expect_no_timer(s);
    given_queued_task(s);
    expect_timer(s, TIMER_QUEUED);
    GIVEN(
        s, HAPPENED(
               task_claimed, .task_id = T1, .node_id = N1, .claim_token = id_named("claim"),
               .lease_until = timestamp_plus_us(now, INT64_C(60) * US_PER_S)));
    expect_timer(s, TIMER_LEASE);
    GIVEN(
        s, HAPPENED(
               task_claimed, .task_id = T1, .node_id = N1, .claim_token = id_named("another"),
               .lease_until = timestamp_plus_us(now, INT64_C(90) * US_PER_S)));
    expect_timer(s, TIMER_LEASE);
    GIVEN(s, HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_RELEASED}));
    expect_timer(s, TIMER_QUEUED);
    GIVEN(s, HAPPENED(task_started, .task_id = T1, .started_at = now));
    expect_timer(s, TIMER_RUNNING);
    GIVEN(s, HAPPENED(task_started, .task_id = T1, .started_at = now));
    expect_timer(s, TIMER_RUNNING);
    GIVEN(s, HAPPENED(task_completed, .task_id = T1, .status = {TASK_SUCCESS}, .finished_at = now));
    expect_timer(s, TIMER_FINISHED);
}

static void a_cancelled_or_timed_out_task_has_that_of_its_end(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    GIVEN(s, HAPPENED(task_cancelled, .task_id = T1, .reason = text_lit("No longer.")));
    expect_timer(s, TIMER_FINISHED);
    s = scenario_at("2026-03-22T12:00:00Z");
    given_node(s);
    given_running_task(s);
    GIVEN(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_RUNNING}));
    expect_timer(s, TIMER_FINISHED);
}

static void a_timer_that_was_cleared_on_the_way_does_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timer queued;
    struct timer lease;

    given_node(s);
    given_queued_task(s);
    expect(has_timer(s, &queued));
    GIVEN(
        s, HAPPENED(
               task_claimed, .task_id = T1, .node_id = N1, .claim_token = id_named("claim"),
               .lease_until = timestamp_plus_us(scenario_now(s), INT64_C(60) * US_PER_S)));
    expect(has_timer(s, &lease));
    scenario_pass(s, 600);
    scenario_when(s, &time_out_task_command, &queued);
    THEN_NOTHING(s);
    GIVEN(s, HAPPENED(task_started, .task_id = T1, .started_at = scenario_now(s)));
    scenario_when(s, &expire_lease_command, &lease);
    THEN_NOTHING(s);
}

static void what_is_released_in_maintenance_has_no_timer_until_that_is_over(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N1));
    expect_no_timer(s);
    GIVEN(s, HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_RELEASED}));
    expect_no_timer(s);
    GIVEN(s, HAPPENED(node_maintenance_left, .node_id = N1));
    expect_timer(s, TIMER_QUEUED);
}

static void what_runs_in_maintenance_keeps_its_timer(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N1));
    expect_timer(s, TIMER_RUNNING);
    GIVEN(s, HAPPENED(node_maintenance_left, .node_id = N1));
    expect_timer(s, TIMER_RUNNING);
}

static const struct test tests[] = {
    TEST(a_claim_that_was_not_started_in_time_waits_again),
    TEST(what_waits_for_too_long_has_failed),
    TEST(waiting_is_counted_from_the_creation_also_after_a_claim),
    TEST(what_runs_for_too_long_has_failed),
    TEST(what_timed_out_shows_both_ends_by_our_clock),
    TEST(running_is_counted_by_our_clock_whatever_the_agent_says),
    TEST(a_task_has_one_timer_at_a_time),
    TEST(a_cancelled_or_timed_out_task_has_that_of_its_end),
    TEST(a_timer_that_was_cleared_on_the_way_does_nothing),
    TEST(what_is_released_in_maintenance_has_no_timer_until_that_is_over),
    TEST(what_runs_in_maintenance_keeps_its_timer),
};

const struct suite test_task_timers_suite = SUITE("commands/task/task_timers", tests);
