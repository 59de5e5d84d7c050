/*
 * Claims given back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void a_claim_that_nobody_took_home_is_given_back(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    WHEN(s, release_task, .task_id = T1, .claim_token = id_named("claim"));
    THEN_EMITTED(
        s, HAPPENED(task_requeued, .task_id = T1, .node_id = N1, .reason = {REQUEUE_RELEASED}));
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    expect(uuid_equal(ANSWER(s, claim_answer)->task->id, T1));
}

static void only_the_claim_in_force_can_be_given_back(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    WHEN(s, release_task, .task_id = T1, .claim_token = id_named("an older claim"));
    THEN_NOTHING(s);
}

static void a_task_that_runs_is_not_given_back(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    WHEN(s, release_task, .task_id = T1, .claim_token = id_named("claim"));
    THEN_NOTHING(s);
    WHEN(s, release_task, .task_id = T2, .claim_token = id_named("claim"));
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(a_claim_that_nobody_took_home_is_given_back),
    TEST(only_the_claim_in_force_can_be_given_back),
    TEST(a_task_that_runs_is_not_given_back),
};

const struct suite test_release_task_suite = SUITE("commands/task/release_task", tests);
