/*
 * Asking for packages.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/package_commands.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

static struct scenario *given_web(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    return s;
}

static void given_list_under_way(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               task_created, .task_id = T1, .workspace_id = W1, .node_id = N1,
               .type = text_lit("packageList"), .payload = {text_lit("{}")},
               .is_internal = OPT_FALSE));
}

static void expect_awaited(struct scenario *s, struct uuid task_id)
{
    expect(ANSWER(s, awaited_task) != NULL);
    expect(uuid_equal(ANSWER(s, awaited_task)->task_id, task_id));
}

static void a_list_is_asked_of_the_agent(void)
{
    struct scenario *s = given_web();

    WHEN(s, list_packages, .workspace_id = W1, .id = N1);
    THEN_EMITTED(
        s, HAPPENED(
               task_created, .template_version = INT64_ABSENT, .task_id = scenario_made(s, 0),
               .workspace_id = W1, .node_id = N1, .type = text_lit("packageList"),
               .payload = {text_lit("{}")}, .is_internal = OPT_FALSE));
    expect_awaited(s, scenario_made(s, 0));
}

static void who_asks_while_the_agent_is_at_it_waits_for_the_same_task(void)
{
    struct scenario *s = given_web();

    given_list_under_way(s);
    GIVEN(
        s, HAPPENED(
               task_claimed, .task_id = T1, .node_id = N1, .claim_token = id_named("claim"),
               .lease_until = timestamp_plus_us(scenario_now(s), INT64_C(60) * US_PER_S)));
    WHEN(s, list_packages, .id = N1);
    THEN_NOTHING(s);
    expect_awaited(s, T1);
}

static void a_list_that_has_ended_is_asked_anew(void)
{
    struct scenario *s = given_web();

    given_list_under_way(s);
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_SUCCESS},
               .is_output_truncated = OPT_FALSE, .finished_at = scenario_now(s)));
    WHEN(s, list_packages, .id = N1);
    expect_awaited(s, scenario_made(s, 0));
}

static void a_list_that_was_cancelled_is_asked_anew(void)
{
    struct scenario *s = given_web();

    given_list_under_way(s);
    GIVEN(s, HAPPENED(task_cancelled, .task_id = T1));
    WHEN(s, list_packages, .id = N1);
    expect_awaited(s, scenario_made(s, 0));
}

static void a_search_says_what_it_looks_for_under_both_names(void)
{
    struct scenario *s = given_web();

    WHEN(s, search_packages, .workspace_id = W1, .node_id = N1, .term = text_lit("edi\"t"));
    THEN_EMITTED(
        s, HAPPENED(
               task_created, .template_version = INT64_ABSENT, .task_id = scenario_made(s, 0),
               .workspace_id = W1, .node_id = N1, .type = text_lit("packageSearch"),
               .payload = {text_lit("{\"term\":\"edi\\\"t\",\"query\":\"edi\\\"t\"}")},
               .is_internal = OPT_FALSE));
    expect_awaited(s, scenario_made(s, 0));
}

static void a_node_of_a_workspace_of_others_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    given_workspace(s);
    given_another_node(s, id, W1, "web-9");
    WHEN(s, list_packages, .id = id, .member_id = U1);
    THEN_REFUSED(s, NOT_FOUND, "Node 33000000-0000-4000-8000-000000000000 was not found");
    WHEN(s, search_packages, .node_id = id, .member_id = U1, .term = text_lit("edit"));
    THEN_REFUSED(s, NOT_FOUND, "Node 33000000-0000-4000-8000-000000000000 was not found");
}

static void a_member_of_its_workspace_may_ask(void)
{
    struct scenario *s = given_web();

    GIVEN(
        s, HAPPENED(
               member_added, .membership_id = id_named("membership"), .workspace_id = W1,
               .user_id = U1, .role = {MEMBER_VIEWER}));
    WHEN(s, list_packages, .id = N1, .member_id = U1);
    expect_awaited(s, scenario_made(s, 0));
}

static void a_node_in_maintenance_is_not_asked(void)
{
    struct scenario *s = given_web();

    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N1));
    WHEN(s, list_packages, .id = N1);
    THEN_REFUSED(s, INVALID, "Node web-1 is in maintenance mode and cannot accept new work.");
}

static const struct test tests[] = {
    TEST(a_list_is_asked_of_the_agent),
    TEST(who_asks_while_the_agent_is_at_it_waits_for_the_same_task),
    TEST(a_list_that_has_ended_is_asked_anew),
    TEST(a_list_that_was_cancelled_is_asked_anew),
    TEST(a_search_says_what_it_looks_for_under_both_names),
    TEST(a_node_of_a_workspace_of_others_is_not_found),
    TEST(a_member_of_its_workspace_may_ask),
    TEST(a_node_in_maintenance_is_not_asked),
};

const struct suite test_query_packages_suite = SUITE("commands/task/query_packages", tests);
