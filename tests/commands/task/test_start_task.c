/*
 * Agents that begin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void
when_the_agent_starts(struct scenario *s, struct uuid task_id, struct timestamp timestamp)
{
    WHEN(
        s, start_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .task_id = task_id, .timestamp = timestamp);
}

static void a_claimed_task_begins_when_its_agent_says_so(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp began = at("2026-03-22T11:59:58Z");
    const struct task_state_view *task;

    given_node(s);
    given_accepted_task(s);
    when_the_agent_starts(s, T1, began);
    THEN_EMITTED(
        s, HAPPENED(task_started, .task_id = T1, .started_at = began, .is_by_agent = OPT_TRUE));
    THEN_CAUSED_BY(s, task_claimed);
    task = ANSWER(s, task_state_view);
    expect_int64(task->status.is, TASK_RUNNING);
    expect_int64(task->started_at.us, began.us);
    expect(!timestamp_is_present(task->lease_until));
    expect(!uuid_is_present(task->claim_token));
}

static void without_a_timestamp_it_begins_now(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    when_the_agent_starts(s, T1, (struct timestamp){0});
    THEN_EMITTED(
        s, HAPPENED(
               task_started, .task_id = T1, .started_at = scenario_recorded(s, 0),
               .is_by_agent = OPT_FALSE));
}

static void a_task_that_runs_is_answered_as_it_is(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    when_the_agent_starts(s, T1, scenario_now(s));
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, task_state_view)->status.is, TASK_RUNNING);
}

static void what_was_sent_to_the_agent_is_claimed_by_its_report(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_own_task(s);
    WHEN(
        s, start_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .task_id = own_task, .is_pushed = OPT_TRUE);
    expect_int64(ANSWER(s, task_state_view)->status.is, TASK_RUNNING);
}

static void what_waits_must_be_accepted_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_own_task(s);
    when_the_agent_starts(s, own_task, scenario_now(s));
    THEN_REFUSED(
        s, CONFLICT,
        "Task 33000000-0000-4000-8000-000000000000 must be accepted before it can be started");
}

static void a_lease_that_ended_is_no_claim(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_own_claim(s);
    scenario_pass(s, 60);
    when_the_agent_starts(s, own_task, scenario_now(s));
    THEN_REFUSED(
        s, CONFLICT,
        "Task 33000000-0000-4000-8000-000000000000 lease expired before started transition");
}

static void what_has_ended_does_not_begin_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_own_task(s);
    GIVEN(s, HAPPENED(task_cancelled, .task_id = own_task));
    when_the_agent_starts(s, own_task, scenario_now(s));
    THEN_REFUSED(
        s, CONFLICT,
        "Task 33000000-0000-4000-8000-000000000000 is already cancelled and cannot be started");
}

static void strangers_start_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    WHEN(s, start_task, .node_id = N1, .credential_digest = digest_named(s, "x"), .task_id = T1);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
}

static const struct test tests[] = {
    TEST(a_claimed_task_begins_when_its_agent_says_so),
    TEST(without_a_timestamp_it_begins_now),
    TEST(a_task_that_runs_is_answered_as_it_is),
    TEST(what_was_sent_to_the_agent_is_claimed_by_its_report),
    TEST(what_waits_must_be_accepted_first),
    TEST(a_lease_that_ended_is_no_claim),
    TEST(what_has_ended_does_not_begin_again),
    TEST(strangers_start_nothing),
};

const struct suite test_start_task_suite = SUITE("commands/task/start_task", tests);
