/*
 * What time does to tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void when_swept(struct scenario *s, int64_t limit)
{
    WHEN(s, sweep_tasks, .due = scenario_now(s), .limit = limit);
}

static void a_claim_that_was_not_started_in_time_waits_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    scenario_pass(s, 59);
    when_swept(s, 100);
    THEN_NOTHING(s);
    scenario_pass(s, 1);
    when_swept(s, 100);
    THEN_EMITTED(
        s,
        HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_LEASE_EXPIRED}));
    when_swept(s, 100);
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
    when_swept(s, 100);
    THEN_NOTHING(s);
    scenario_pass(s, 2);
    when_swept(s, 100);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    THEN_NOTHING(s);
}

static void waiting_is_counted_from_the_creation_also_after_a_claim(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    scenario_pass(s, 121);
    when_swept(s, 100);
    THEN_EMITTED(
        s,
        HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_LEASE_EXPIRED}));
    when_swept(s, 100);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
}

static void what_runs_for_too_long_has_failed(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    scenario_pass(s, 1799);
    when_swept(s, 100);
    THEN_NOTHING(s);
    scenario_pass(s, 2);
    when_swept(s, 100);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_RUNNING}));
}

static void running_is_counted_by_our_clock_whatever_the_agent_says(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    GIVEN(s, HAPPENED(task_started, .task_id = T1, .started_at = at("1999-01-01")));
    when_swept(s, 100);
    THEN_NOTHING(s);
}

static void what_fell_due_while_we_were_away_does_not_count(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    scenario_pass(s, 3600);
    WHEN(s, sweep_tasks, .since = scenario_now(s), .due = scenario_now(s), .limit = 100);
    THEN_NOTHING(s);
    when_swept(s, 100);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
}

static void no_more_than_asked_for_is_done_at_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = T2, .workspace_id = W1, .node_id = N1,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
    scenario_pass(s, 600);
    when_swept(s, 1);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
    when_swept(s, 1);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T2, .previous_status = {TASK_QUEUED}));
}

static void tasks_of_removed_nodes_time_out_like_any_other(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    GIVEN(s, HAPPENED(node_removed, .node_id = N1));
    scenario_pass(s, 600);
    when_swept(s, 100);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
}

static const struct test tests[] = {
    TEST(a_claim_that_was_not_started_in_time_waits_again),
    TEST(what_waits_for_too_long_has_failed),
    TEST(waiting_is_counted_from_the_creation_also_after_a_claim),
    TEST(what_runs_for_too_long_has_failed),
    TEST(running_is_counted_by_our_clock_whatever_the_agent_says),
    TEST(what_fell_due_while_we_were_away_does_not_count),
    TEST(no_more_than_asked_for_is_done_at_once),
    TEST(tasks_of_removed_nodes_time_out_like_any_other),
};

const struct suite test_sweep_tasks_suite = SUITE("commands/task/sweep_tasks", tests);
