/*
 * Agents that ask for work.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "core/shape/shape_json.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void when_the_agent_claims(struct scenario *s)
{
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
}

static void expect_claimed(struct scenario *s, struct uuid task_id)
{
    THEN_EMITTED(
        s, HAPPENED(
               task_claimed, .task_id = task_id, .node_id = N1, .claim_token = scenario_made(s, 0),
               .lease_until = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(60) * US_PER_S)));
}

static void given_another_task(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = T2, .workspace_id = W1, .node_id = N1,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
}

static void a_waiting_task_is_leased_for_a_minute(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct claim_answer *answer;

    given_node(s);
    given_queued_task(s);
    when_the_agent_claims(s);
    expect_claimed(s, T1);
    THEN_CAUSED_BY(s, task_created);
    answer = ANSWER(s, claim_answer);
    expect(uuid_equal(answer->task->id, T1));
    expect_int64(answer->task->status.is, TASK_ACCEPTED);
    expect(uuid_equal(answer->task->claim_token, scenario_made(s, 0)));
    expect_int64(answer->task->created_size, scenario_size(s) - 1);
    expect_int64(answer->root_profile.is, ROOT_OFF);
    expect(!timestamp_is_present(answer->root_updated_at));
}

static void an_empty_claim_writes_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_the_agent_claims(s);
    THEN_NOTHING(s);
    expect(ANSWER(s, claim_answer)->task == NULL);
    expect_int64(ANSWER(s, claim_answer)->root_profile.is, ROOT_OFF);
}

static void a_task_is_claimed_only_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    when_the_agent_claims(s);
    when_the_agent_claims(s);
    THEN_NOTHING(s);
}

static void a_claim_whose_lease_ended_may_be_claimed_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    scenario_pass(s, 59);
    when_the_agent_claims(s);
    THEN_NOTHING(s);
    scenario_pass(s, 1);
    when_the_agent_claims(s);
    expect_claimed(s, T1);
}

static void the_oldest_task_comes_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid first;
    struct uuid second;

    given_node(s);
    WHEN(s, create_task, .node_id = N1, .type = text_lit("packageList"));
    first = scenario_made(s, 0);
    WHEN(s, create_task, .node_id = N1, .type = text_lit("packageList"));
    second = scenario_made(s, 0);
    when_the_agent_claims(s);
    expect_claimed(s, first);
    when_the_agent_claims(s);
    expect_claimed(s, second);
}

static void work_under_a_live_lease_does_not_hide_other_work(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    given_another_task(s);
    when_the_agent_claims(s);
    expect_claimed(s, T2);
}

/* What the server asks for, to send it. */
static void when_work_is_sent(struct scenario *s, struct uuid after)
{
    WHEN(
        s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .is_pushed = OPT_TRUE, .after = after);
}

static void an_agent_that_has_nothing_to_do_is_sent_work(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    when_work_is_sent(s, UUID_NONE);
    expect_claimed(s, T1);
}

static void an_agent_under_a_live_lease_is_sent_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    given_another_task(s);
    when_work_is_sent(s, UUID_NONE);
    THEN_NOTHING(s);
    scenario_pass(s, 60);
    when_work_is_sent(s, UUID_NONE);
    expect(ANSWER(s, claim_answer)->task != NULL);
}

static void an_agent_that_runs_a_task_is_sent_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    given_another_task(s);
    when_work_is_sent(s, UUID_NONE);
    THEN_NOTHING(s);
    when_the_agent_claims(s);
    expect_claimed(s, T2);
}

static void work_that_cannot_be_sent_is_passed_over_and_left_to_claims(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    struct uuid first;
    struct uuid second;

    given_node(s);
    WHEN(s, create_task, .node_id = N1, .type = text_lit("packageList"));
    first = scenario_made(s, 0);
    when_work_is_sent(s, first);
    THEN_NOTHING(s);
    WHEN(s, create_task, .node_id = N1, .type = text_lit("packageList"));
    second = scenario_made(s, 0);
    when_work_is_sent(s, first);
    expect_claimed(s, second);
    when_the_agent_claims(s);
    expect_claimed(s, first);
}

static void a_node_gets_its_own_work_only(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_another_node(s, N2, W1, "web-2");
    given_queued_task(s);
    WHEN(s, claim_task, .node_id = N2, .credential_digest = digest_named(s, "web-2"));
    THEN_NOTHING(s);
}

static void strangers_get_no_work(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 2"));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
    WHEN(s, claim_task, .node_id = N2, .credential_digest = digest_named(s, "agent 1"));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
    WHEN(s, claim_task, .node_id = N1);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
}

static void a_report_of_root_access_comes_along(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct root_access_report report = {.applied_profile = {ROOT_OFF}};

    given_node(s);
    WHEN(
        s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .root_access = &report);
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_OFF},
               .sync = {ROOT_APPLIED}));
    expect(ANSWER(s, claim_answer)->task == NULL);
    WHEN(
        s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .root_access = &report);
    THEN_NOTHING(s);
}

static void a_claim_with_a_report_still_answers_its_task(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct root_access_report report = {.applied_profile = {ROOT_OFF}};

    given_node(s);
    given_queued_task(s);
    WHEN(
        s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .root_access = &report);
    expect(uuid_equal(ANSWER(s, claim_answer)->task->id, T1));
}

static void a_claim_waits_no_longer_than_its_agent(void)
{
    static const char *const bodies[] = {"{}", "{\"waitMs\":30000}", "{\"waitMs\":9001}"};
    struct arena *arena = arena_new(1 << 20);
    struct claim_task claim;
    struct error error = {0};

    for (size_t i = 0; i < COUNT_OF(bodies); i++) {
        shape_clear(claim_task_command.input, &claim);
        expect_ok(
            shape_json_read(claim_task_command.input, text_from(bodies[i]), arena, &claim, &error),
            &error);
        expect_int64(claim.wait_ms, 9000);
        expect(claim.altered.items == NULL);
    }
    arena_free(arena);
}

static const struct test tests[] = {
    TEST(a_claim_waits_no_longer_than_its_agent),
    TEST(a_waiting_task_is_leased_for_a_minute),
    TEST(an_empty_claim_writes_nothing),
    TEST(a_task_is_claimed_only_once),
    TEST(a_claim_whose_lease_ended_may_be_claimed_again),
    TEST(the_oldest_task_comes_first),
    TEST(work_under_a_live_lease_does_not_hide_other_work),
    TEST(an_agent_that_has_nothing_to_do_is_sent_work),
    TEST(an_agent_under_a_live_lease_is_sent_nothing),
    TEST(an_agent_that_runs_a_task_is_sent_nothing),
    TEST(work_that_cannot_be_sent_is_passed_over_and_left_to_claims),
    TEST(a_node_gets_its_own_work_only),
    TEST(strangers_get_no_work),
    TEST(a_report_of_root_access_comes_along),
    TEST(a_claim_with_a_report_still_answers_its_task),
};

const struct suite test_claim_task_suite = SUITE("commands/task/claim_task", tests);
