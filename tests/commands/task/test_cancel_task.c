/*
 * Stopping tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void a_task_that_waits_never_runs(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    WHEN(s, cancel_task, .workspace_id = W1, .id = T1, .reason = text_lit("not needed"));
    THEN_EMITTED(s, HAPPENED(task_cancelled, .task_id = T1, .reason = text_lit("not needed")));
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    THEN_NOTHING(s);
}

static void a_task_that_was_claimed_never_runs_either(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    WHEN(s, cancel_task, .id = T1, .reason = text_lit(""));
    THEN_EMITTED(s, HAPPENED(task_cancelled, .task_id = T1));
}

static void a_running_task_is_stopped_by_its_agent(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    WHEN(s, cancel_task, .id = T1, .reason = text_lit("too slow"));
    THEN_EMITTED(s, HAPPENED(task_cancel_requested, .task_id = T1, .reason = text_lit("too slow")));
}

static void who_asks_first_gives_the_reason(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    int64_t reason_at;

    given_node(s);
    given_running_task(s);
    WHEN(s, cancel_task, .id = T1, .reason = text_lit("too slow"));
    reason_at = ANSWER(s, task_state_view)->cancelled_size;
    WHEN(s, cancel_task, .id = T1, .reason = text_lit("another"));
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, task_state_view)->cancelled_size, reason_at);
}

static void a_task_that_has_ended_stays_as_it_is(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    WHEN(s, cancel_task, .id = T1);
    WHEN(s, cancel_task, .id = T1);
    THEN_NOTHING(s);
}

static void a_task_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    given_node(s);
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = id, .workspace_id = W1, .node_id = N1,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
    WHEN(s, cancel_task, .workspace_id = W2, .id = id);
    THEN_REFUSED(s, NOT_FOUND, "Task 33000000-0000-4000-8000-000000000000 was not found");
}

static void an_archived_workspace_keeps_its_tasks(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = T2, .workspace_id = W2, .node_id = N2,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
    WHEN(s, cancel_task, .id = T2);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static const struct test tests[] = {
    TEST(a_task_that_waits_never_runs),           TEST(a_task_that_was_claimed_never_runs_either),
    TEST(a_running_task_is_stopped_by_its_agent), TEST(who_asks_first_gives_the_reason),
    TEST(a_task_that_has_ended_stays_as_it_is),   TEST(a_task_of_another_workspace_is_not_found),
    TEST(an_archived_workspace_keeps_its_tasks),
};

const struct suite test_cancel_task_suite = SUITE("commands/task/cancel_task", tests);
