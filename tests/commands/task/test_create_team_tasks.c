/*
 * Creating a task for each node of a team.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

#define G1 id_named("team 1")
#define N3 id_named("node 3")

static void given_node_of_team(struct scenario *s, struct uuid node_id, const char *hostname)
{
    given_another_node(s, node_id, W1, hostname);
    GIVEN(
        s,
        HAPPENED(
            node_team_changed, .node_id = node_id, .team_id = G1, .team_name = text_lit("Core")));
}

static struct scenario *given_team(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_team_called(s, G1, W1, "Core");
    return s;
}

static void when_ordered(struct scenario *s, const char *type)
{
    WHEN(s, create_team_tasks, .workspace_id = W1, .team_id = G1, .type = text_from(type));
}

static struct happened task_for(struct scenario *s, int n, struct uuid node_id)
{
    static struct task_created made[4];

    made[n] = (struct task_created){
        .task_id = scenario_made(s, n),
        .workspace_id = W1,
        .node_id = node_id,
        .target_team_id = G1,
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{}")},
        .is_internal = OPT_FALSE,
        .template_version = INT64_ABSENT};
    return (struct happened){&task_created_event, &made[n], OUTCOME_DONE};
}

static void each_node_outside_maintenance_gets_a_task(void)
{
    struct scenario *s = given_team();
    struct uuid ids[1];

    given_node_of_team(s, N1, "web-1");
    given_node_of_team(s, N2, "web-2");
    given_another_node(s, N3, W1, "of-nobody");
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N2));
    when_ordered(s, " shell.exec ");
    ids[0] = scenario_made(s, 0);
    THEN_EMITTED(
        s, task_for(s, 0, N1),
        HAPPENED(
            task_team_run_created, .run_id = scenario_made(s, 1), .workspace_id = W1, .team_id = G1,
            .team_name = text_lit("Core"), .type = text_lit("shell.exec"), .task_ids = {ids, 1}));
}

static void a_node_that_left_the_team_gets_none(void)
{
    struct scenario *s = given_team();

    given_node_of_team(s, N1, "web-1");
    GIVEN(s, HAPPENED(node_team_changed, .node_id = N1));
    when_ordered(s, "shell.exec");
    THEN_REFUSED(s, INVALID, "Team Core does not currently have any eligible nodes.");
}

static void a_team_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    given_workspace(s);
    given_team_called(s, id, W2, "Others");
    WHEN(s, create_team_tasks, .workspace_id = W1, .team_id = id, .type = text_lit("shell.exec"));
    THEN_REFUSED(s, NOT_FOUND, "Team 33000000-0000-4000-8000-000000000000 was not found");
}

static void a_blank_type_is_refused(void)
{
    struct scenario *s = given_team();

    given_node_of_team(s, N1, "web-1");
    when_ordered(s, "   ");
    THEN_REFUSED(s, INVALID, "Task type is required.");
}

static void an_archived_workspace_takes_no_work(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    WHEN(s, create_team_tasks, .workspace_id = W2, .team_id = G1, .type = text_lit("shell.exec"));
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static void a_node_that_may_not_leaves_all_without_a_task(void)
{
    struct scenario *s = given_team();

    given_node_of_team(s, N1, "web-1");
    WHEN(
        s, create_team_tasks, .workspace_id = W1, .team_id = G1, .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"id\",\"runAsRoot\":true}")});
    THEN_REFUSED(
        s, INVALID, "rootScope must be \"task\" or \"operational\" when runAsRoot is enabled.");
}

static const struct test tests[] = {
    TEST(each_node_outside_maintenance_gets_a_task),
    TEST(a_node_that_left_the_team_gets_none),
    TEST(a_team_of_another_workspace_is_not_found),
    TEST(a_blank_type_is_refused),
    TEST(an_archived_workspace_takes_no_work),
    TEST(a_node_that_may_not_leaves_all_without_a_task),
};

const struct suite test_create_team_tasks_suite = SUITE("commands/task/create_team_tasks", tests);
