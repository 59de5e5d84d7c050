/*
 * Agents that ask whether to stop.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void when_the_agent_asks(struct scenario *s)
{
    WHEN(
        s, query_control, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .task_id = T1);
}

static void a_running_task_goes_on_unless_somebody_wants_it_stopped(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    when_the_agent_asks(s);
    THEN_NOTHING(s);
    expect(!opt_bool_is_true(ANSWER(s, control_answer)->cancel_requested));
    expect_int64(ANSWER(s, control_answer)->status.is, TASK_RUNNING);
    expect_int64(ANSWER(s, control_answer)->cancelled_size, 0);
}

static void a_request_to_stop_is_passed_on(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    GIVEN(s, HAPPENED(task_cancel_requested, .task_id = T1, .reason = text_lit("slow")));
    when_the_agent_asks(s);
    expect(opt_bool_is_true(ANSWER(s, control_answer)->cancel_requested));
    expect(timestamp_is_present(ANSWER(s, control_answer)->cancel_requested_at));
    expect_int64(ANSWER(s, control_answer)->cancelled_size, scenario_size(s));
}

static void a_task_that_has_ended_needs_no_stopping(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    GIVEN(s, HAPPENED(task_cancelled, .task_id = T1));
    when_the_agent_asks(s);
    expect(!opt_bool_is_true(ANSWER(s, control_answer)->cancel_requested));
    expect_int64(ANSWER(s, control_answer)->status.is, TASK_CANCELLED);
}

static void strangers_are_told_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    WHEN(s, query_control, .node_id = N1, .credential_digest = digest_named(s, "x"), .task_id = T1);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
}

static const struct test tests[] = {
    TEST(a_running_task_goes_on_unless_somebody_wants_it_stopped),
    TEST(a_request_to_stop_is_passed_on),
    TEST(a_task_that_has_ended_needs_no_stopping),
    TEST(strangers_are_told_nothing),
};

const struct suite test_query_control_suite = SUITE("commands/task/query_control", tests);
