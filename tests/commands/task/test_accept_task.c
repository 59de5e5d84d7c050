/*
 * Agents that confirm a claim.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void when_the_agent_accepts(struct scenario *s, struct uuid task_id)
{
    WHEN(
        s, accept_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .task_id = task_id);
}

static void accepting_what_was_claimed_is_known_already(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    when_the_agent_accepts(s, T1);
    THEN_NOTHING(s);
}

static void given_waiting_task(struct scenario *s, struct uuid id)
{
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = id, .workspace_id = W1, .node_id = N1,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
}

static void what_was_sent_to_the_agent_is_claimed_by_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    given_node(s);
    given_waiting_task(s, id);
    WHEN(
        s, accept_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .task_id = id, .is_pushed = OPT_TRUE);
    WHEN(
        s, start_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .task_id = id);
    expect_int64(ANSWER(s, task_state_view)->status.is, TASK_RUNNING);
}

static void what_waits_must_be_claimed_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    given_node(s);
    given_waiting_task(s, id);
    when_the_agent_accepts(s, id);
    THEN_REFUSED(
        s, CONFLICT,
        "Task 33000000-0000-4000-8000-000000000000 is in queued state and cannot be accepted");
}

static void a_task_of_another_node_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid node_id = {{0x22, [6] = 0x40, [8] = 0x80}};
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    given_workspace(s);
    given_another_node(s, node_id, W1, "web-9");
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = id, .workspace_id = W1, .node_id = N1,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
    WHEN(
        s, accept_task, .node_id = node_id, .credential_digest = digest_named(s, "web-9"),
        .task_id = id);
    THEN_REFUSED(
        s, NOT_FOUND,
        "Task 33000000-0000-4000-8000-000000000000 was not found for node "
        "22000000-0000-4000-8000-000000000000");
}

static void strangers_accept_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    WHEN(s, accept_task, .node_id = N1, .credential_digest = digest_named(s, "x"), .task_id = T1);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
}

static const struct test tests[] = {
    TEST(accepting_what_was_claimed_is_known_already),
    TEST(what_was_sent_to_the_agent_is_claimed_by_it),
    TEST(what_waits_must_be_claimed_first),
    TEST(a_task_of_another_node_is_not_found),
    TEST(strangers_accept_nothing),
};

const struct suite test_accept_task_suite = SUITE("commands/task/accept_task", tests);
