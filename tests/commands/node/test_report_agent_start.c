/*
 * Agents that start anew, by a report of its own or in a claim.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void when_it_starts(struct scenario *s, const char *start)
{
    WHEN(
        s, report_agent_start, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .start = text_from(start));
}

static void what_an_earlier_start_ran_has_failed(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_it_starts(s, "boot 1");
    THEN_EMITTED(s, HAPPENED(node_agent_started, .node_id = N1, .start = text_lit("boot 1")));
    given_running_task(s);
    when_it_starts(s, "boot 1");
    THEN_NOTHING(s);
    when_it_starts(s, "boot 2");
    THEN_EMITTED(
        s, HAPPENED(node_agent_started, .node_id = N1, .start = text_lit("boot 2")),
        HAPPENED(task_abandoned, .task_id = T1, .reason = {ABANDONED_AGENT_RESTARTED}));
}

static void the_first_start_that_is_told_ends_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    when_it_starts(s, "boot 1");
    THEN_EMITTED(s, HAPPENED(node_agent_started, .node_id = N1, .start = text_lit("boot 1")));
}

static void a_claim_tells_it_too_and_still_gets_its_task(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_it_starts(s, "boot 1");
    given_running_task(s);
    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = T2, .workspace_id = W1, .node_id = N1,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE));
    WHEN(
        s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .start = text_lit("boot 2"));
    THEN_EMITTED(
        s,
        HAPPENED(
            task_claimed, .task_id = T2, .node_id = N1, .claim_token = scenario_made(s, 0),
            .lease_until = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(60) * US_PER_S)),
        HAPPENED(node_agent_started, .node_id = N1, .start = text_lit("boot 2")),
        HAPPENED(task_abandoned, .task_id = T1, .reason = {ABANDONED_AGENT_RESTARTED}));
    expect(uuid_equal(ANSWER(s, claim_answer)->task->id, T2));
}

static void strangers_start_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(
        s, report_agent_start, .node_id = N1, .credential_digest = digest_named(s, "x"),
        .start = text_lit("boot 1"));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent token");
}

static const struct test tests[] = {
    TEST(what_an_earlier_start_ran_has_failed),
    TEST(the_first_start_that_is_told_ends_nothing),
    TEST(a_claim_tells_it_too_and_still_gets_its_task),
    TEST(strangers_start_nothing),
};

const struct suite test_report_agent_start_suite = SUITE("commands/node/report_agent_start", tests);
