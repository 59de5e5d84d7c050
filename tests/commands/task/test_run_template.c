/*
 * Running templates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/templates.h"

#define G1 id_named("team 1")
#define M1 id_named("membership 1")

static struct template_definition template;

/* W1 with N1 and the template P1, which `U1` runs in this role. */
static struct scenario *given_role(int64_t role)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_account(s, U1, "ada@example.com");
    given_member(s, M1, W1, U1, role);
    template = make_template(P1);
    scenario_actor(s, ACTOR_USER, U1);
    return s;
}

static struct happened task_on(struct scenario *s, int n, struct uuid node_id, struct uuid team_id)
{
    static struct task_created made[4];

    made[n] = (struct task_created){
        .task_id = scenario_made(s, n),
        .workspace_id = W1,
        .node_id = node_id,
        .target_team_id = team_id,
        .template_id = P1,
        .template_name = text_lit("Restart"),
        .template_version = template.version,
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"systemctl restart \\\"${PARAM_unit?}\\\"\","
                             "\"environment\":{\"PARAM_unit\":\"nginx\"}}")},
        .is_internal = OPT_FALSE};
    return (struct happened){&task_created_event, &made[n], OUTCOME_DONE};
}

#define NGINX            .parameters = {text_lit("{\"unit\":\"nginx\"}")}
#define WHEN_RUN(s, ...) WHEN(s, run_template, .workspace_id = W1, .template_id = P1, __VA_ARGS__)

static void a_run_makes_a_task_that_names_template_and_version(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    template.version = 3;
    given_template(s, &template);
    WHEN_RUN(s, .node_id = N1, NGINX);
    THEN_EMITTED(s, task_on(s, 0, N1, UUID_NONE));
}

static void a_run_on_several_nodes_makes_a_task_for_each_or_none(void)
{
    struct scenario *s = given_role(MEMBER_OWNER);
    const struct uuid both[] = {N2, N1};

    given_template(s, &template);
    given_another_node(s, N2, W1, "web-2");
    WHEN_RUN(s, .node_ids = {both, 2}, NGINX);
    THEN_EMITTED(s, task_on(s, 0, N2, UUID_NONE), task_on(s, 1, N1, UUID_NONE));
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N1));
    WHEN_RUN(s, .node_ids = {both, 2}, NGINX);
    THEN_REFUSED(s, INVALID, "Node web-1 is in maintenance mode and cannot accept new work.");
}

static void a_run_for_a_team_makes_a_task_for_each_of_its_nodes(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);
    struct uuid ids[1];

    given_template(s, &template);
    given_team_called(s, G1, W1, "Core");
    GIVEN(
        s,
        HAPPENED(node_team_changed, .node_id = N1, .team_id = G1, .team_name = text_lit("Core")));
    WHEN_RUN(s, .team_id = G1, NGINX);
    ids[0] = scenario_made(s, 0);
    THEN_EMITTED(
        s, task_on(s, 0, N1, G1),
        HAPPENED(
            task_team_run_created, .run_id = scenario_made(s, 1), .workspace_id = W1, .team_id = G1,
            .team_name = text_lit("Core"), .type = text_lit("shell.exec"), .task_ids = {ids, 1}));
}

static void members_run_what_is_for_them_and_nothing_else(void)
{
    static const int64_t may_not[] = {MEMBER_MEMBER, MEMBER_VIEWER};
    struct scenario *s;

    for (size_t i = 0; i < COUNT_OF(may_not); i++) {
        s = given_role(may_not[i]);
        given_template(s, &template);
        WHEN_RUN(s, .node_id = N1, NGINX);
        THEN_REFUSED(
            s, FORBIDDEN, "Only owners and admins of the workspace may run this task template.");
    }
    s = given_role(MEMBER_MEMBER);
    template.is_runnable_by_members = OPT_TRUE;
    given_template(s, &template);
    WHEN_RUN(s, .node_id = N1, NGINX);
    THEN_EMITTED(s, task_on(s, 0, N1, UUID_NONE));
}

static void a_viewer_runs_nothing(void)
{
    struct scenario *s = given_role(MEMBER_VIEWER);

    template.is_runnable_by_members = OPT_TRUE;
    given_template(s, &template);
    WHEN_RUN(s, .node_id = N1, NGINX);
    THEN_REFUSED(
        s, FORBIDDEN, "Only owners and admins of the workspace may run this task template.");
}

static void a_run_names_its_nodes_in_one_way(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);
    const struct uuid nodes[] = {N1};

    given_template(s, &template);
    WHEN_RUN(s, NGINX);
    THEN_REFUSED(
        s, INVALID, "Name the nodes by one of nodeId, nodeIds, teamId, selector and selectionId.");
    WHEN_RUN(s, .node_id = N1, .node_ids = {nodes, 1}, NGINX);
    THEN_REFUSED(
        s, INVALID, "Name the nodes by one of nodeId, nodeIds, teamId, selector and selectionId.");
    WHEN_RUN(s, .node_id = N1, .team_id = G1, NGINX);
    THEN_REFUSED(
        s, INVALID, "Name the nodes by one of nodeId, nodeIds, teamId, selector and selectionId.");
}

static void values_are_checked_before_anything_is_made(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    given_template(s, &template);
    WHEN_RUN(s, .node_id = N1);
    THEN_REFUSED(s, INVALID, "parameters.unit must be given");
    WHEN_RUN(s, .node_id = N1, .parameters = {text_lit("{\"unit\":\"a; b\"}")});
    THEN_REFUSED(s, INVALID, "parameters.unit must match [a-z0-9@.-]+");
}

static void an_archived_template_is_not_used(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);
    const char *refused = naming(s, "Task template %s is archived and cannot be used", P1);

    template.archived_at = at("2026-03-01T00:00:00Z");
    given_template(s, &template);
    WHEN_RUN(s, .node_id = N1, NGINX);
    THEN_REFUSED(s, CONFLICT, refused);
    WHEN(
        s, create_task, .workspace_id = W1, .node_id = N1, .type = text_lit("shell.exec"),
        .template_id = P1);
    THEN_REFUSED(s, CONFLICT, refused);
}

static void a_template_of_another_workspace_is_not_run(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    template.workspace_id = W2;
    given_template(s, &template);
    WHEN_RUN(s, .node_id = N1, NGINX);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task template %s was not found", P1));
}

static void a_node_of_another_workspace_is_not_reached(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    given_template(s, &template);
    given_workspace_called(s, W2, "other");
    given_another_node(s, N2, W2, "web-2");
    WHEN_RUN(s, .node_id = N2, NGINX);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Node %s was not found", N2));
}

static void root_access_is_asked_for_as_of_any_task(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    template.payload.text =
        text_lit("{\"command\":\"id {{unit}}\",\"runAsRoot\":true,\"rootScope\":\"task\"}");
    given_template(s, &template);
    WHEN_RUN(s, .node_id = N1, NGINX);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow task root access. Applied profile is off.");
}

static void the_usual_ways_to_make_a_task_name_a_template_too(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    given_template(s, &template);
    WHEN(
        s, create_task, .workspace_id = W1, .node_id = N1, .type = text_lit("custom"),
        .payload = {text_lit("{\"a\":1}")}, .template_id = P1);
    THEN_EMITTED(
        s, HAPPENED(
               task_created, .task_id = scenario_made(s, 0), .workspace_id = W1, .node_id = N1,
               .template_id = P1, .template_name = text_lit("Restart"), .template_version = 1,
               .type = text_lit("custom"), .payload = {text_lit("{\"a\":1}")},
               .is_internal = OPT_FALSE));
}

static void nodes_of_two_workspaces_have_no_template_in_common(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);
    const struct uuid both[] = {N1, N2};

    given_template(s, &template);
    given_workspace_called(s, W2, "other");
    given_another_node(s, N2, W2, "web-2");
    WHEN(
        s, create_task_batch, .node_ids = {both, 2}, .type = text_lit("custom"), .template_id = P1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task template %s was not found", P1));
}

static void a_team_run_takes_from_the_template_what_it_does_not_say(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);
    const struct error *error;
    struct uuid ids[1];

    template.parameters = (struct list){0};
    template.payload.text = text_lit("{\"command\":\"id\"}");
    given_template(s, &template);
    given_team_called(s, G1, W1, "Core");
    GIVEN(
        s,
        HAPPENED(node_team_changed, .node_id = N1, .team_id = G1, .team_name = text_lit("Core")));
    WHEN(
        s, create_team_tasks, .workspace_id = W1, .team_id = G1, .type = text_lit("  "),
        .payload = {text_lit("{}")}, .template_id = P1);
    expect(scenario_status(s, &error) == STATUS_OK);
    ids[0] = scenario_made(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_created, .task_id = scenario_made(s, 0), .workspace_id = W1, .node_id = N1,
            .target_team_id = G1, .template_id = P1, .template_name = text_lit("Restart"),
            .template_version = 1, .type = text_lit("shell.exec"),
            .payload = {text_lit("{\"command\":\"id\"}")}, .is_internal = OPT_FALSE),
        HAPPENED(
            task_team_run_created, .run_id = scenario_made(s, 1), .workspace_id = W1, .team_id = G1,
            .team_name = text_lit("Core"), .type = text_lit("shell.exec"), .task_ids = {ids, 1}));
}

static void a_team_run_whose_template_asks_for_values_is_refused(void)
{
    struct scenario *s = given_role(MEMBER_ADMIN);

    given_template(s, &template);
    given_team_called(s, G1, W1, "Core");
    WHEN(
        s, create_team_tasks, .workspace_id = W1, .team_id = G1, .type = text_lit("shell.exec"),
        .template_id = P1);
    THEN_REFUSED(s, INVALID, "parameters.unit must be given");
}

static const struct test tests[] = {
    TEST(a_run_makes_a_task_that_names_template_and_version),
    TEST(a_run_on_several_nodes_makes_a_task_for_each_or_none),
    TEST(a_run_for_a_team_makes_a_task_for_each_of_its_nodes),
    TEST(members_run_what_is_for_them_and_nothing_else),
    TEST(a_viewer_runs_nothing),
    TEST(a_run_names_its_nodes_in_one_way),
    TEST(values_are_checked_before_anything_is_made),
    TEST(an_archived_template_is_not_used),
    TEST(a_template_of_another_workspace_is_not_run),
    TEST(a_node_of_another_workspace_is_not_reached),
    TEST(root_access_is_asked_for_as_of_any_task),
    TEST(the_usual_ways_to_make_a_task_name_a_template_too),
    TEST(nodes_of_two_workspaces_have_no_template_in_common),
    TEST(a_team_run_takes_from_the_template_what_it_does_not_say),
    TEST(a_team_run_whose_template_asks_for_values_is_refused),
};

const struct suite test_run_template_suite = SUITE("commands/task/run_template", tests);
