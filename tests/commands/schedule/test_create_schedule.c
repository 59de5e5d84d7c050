/*
 * Creating schedules: for a node, a team, several nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"
#include "tests/support/schedules.h"
#include "tests/support/templates.h"

static enum status status_of(const struct scenario *s)
{
    const struct error *error;

    return scenario_status(s, &error);
}

static struct scenario *given_all(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");

    given_node(s);
    scenario_actor(s, ACTOR_USER, U1);
    return s;
}

static void when_ordered(struct scenario *s, const struct create_schedule *order)
{
    scenario_when(s, &create_schedule_command, order);
}

static struct schedule_created made(const struct scenario *s)
{
    return make_schedule(scenario_made(s, 0), "2026-03-22T12:10:00Z");
}

static void then_created(struct scenario *s, const struct schedule_created *wanted)
{
    const struct happened created = {&schedule_created_event, wanted, OUTCOME_DONE};

    THEN_EMITTED(s, created);
}

static void a_schedule_of_a_node_is_created_with_its_next_time(void)
{
    struct scenario *s = given_all();
    const struct create_schedule order = make_schedule_order();
    struct schedule_created wanted;

    when_ordered(s, &order);
    wanted = made(s);
    then_created(s, &wanted);
}

static void a_team_goes_before_a_node(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();
    struct schedule_created wanted;

    given_team_called(s, G1, W1, "Core");
    order.team_id = G1;
    when_ordered(s, &order);
    wanted = made(s);
    wanted.node_id = UUID_NONE;
    wanted.target_team_id = G1;
    wanted.target_team_name = text_lit("Core");
    then_created(s, &wanted);
}

static void without_a_workspace_it_is_the_default_ones(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();
    struct schedule_created wanted;

    order.order.workspace_id = UUID_NONE;
    when_ordered(s, &order);
    wanted = made(s);
    then_created(s, &wanted);
}

static void a_time_zone_of_its_own_is_spelled_as_the_database_does(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();
    struct schedule_created wanted;
    struct recurrence recurrence;

    order.order.timezone = text_lit("asia/kathmandu");
    when_ordered(s, &order);
    wanted = make_schedule(scenario_made(s, 0), "2026-03-22T12:05:00Z");
    recurrence = *wanted.recurrence;
    recurrence.timezone = text_lit("Asia/Kathmandu");
    wanted.recurrence = &recurrence;
    wanted.timezone_source.is = TIMEZONE_FIXED;
    then_created(s, &wanted);
}

static void an_unknown_time_zone_is_refused(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    order.order.timezone = text_lit("Mars/Olympus");
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "Mars/Olympus is not a valid IANA timezone.");
}

static void somebody_or_something_must_be_aimed_at(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    order.node_id = UUID_NONE;
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "Either nodeId or teamId must be given.");
}

static void blanks_are_no_name_and_no_command(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    order.order.name = text_lit(" x ");
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "Schedule name must be at least 2 characters.");
    order = make_schedule_order();
    order.order.command = text_lit("   ");
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "Command must not be empty.");
}

static void what_is_run_is_said_once(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();
    static const char *const text =
        "Either command, or templateId with parameters must say what is run.";

    order.order.command = (struct text){NULL, 0};
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, text);
    order = make_schedule_order();
    order.order.parameters.text = text_lit("{}");
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, text);
}

static void a_bad_cron_is_refused_with_its_field(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    order.order.cron = text_lit("0 0 30 2 *");
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "cron: day of month \"30\" is in no month that is named.");
}

static void a_null_counts_as_given(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    order.order.cadence.is = CADENCE_HOURLY;
    order.order.cron = (struct text){NULL, 0};
    order.order.minute = 0;
    order.order.given = 1 << 8; /* the hour */
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "Hourly schedules accept only the minute field.");
}

static void an_archived_workspace_gets_none(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    given_archived_workspace(s);
    order.order.workspace_id = W2;
    when_ordered(s, &order);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static void nodes_and_teams_are_of_the_workspace(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    given_workspace_called(s, W2, "other");
    given_another_node(s, N2, W2, "web-2");
    given_team_called(s, G1, W2, "Others");
    order.node_id = N2;
    when_ordered(s, &order);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Node %s was not found", N2));
    order.team_id = G1;
    when_ordered(s, &order);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Team %s was not found", G1));
}

static void root_access_must_be_allowed_now(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    order.order.run_as_root = OPT_TRUE;
    when_ordered(s, &order);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow task root access. Applied profile is off.");
    given_root_access(s, ROOT_TASK);
    when_ordered(s, &order);
    expect(status_of(s) == STATUS_OK);
}

static void each_node_of_a_team_must_allow_root_access_also_in_maintenance(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    given_team_called(s, G1, W1, "Core");
    GIVEN(
        s, HAPPENED(node_team_changed, .node_id = N1, .team_id = G1, .team_name = text_lit("Core")),
        HAPPENED(node_maintenance_entered, .node_id = N1));
    order.team_id = G1;
    order.order.run_as_root = OPT_TRUE;
    when_ordered(s, &order);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow task root access. Applied profile is off.");
}

static void one_node_of_a_team_that_allows_root_access_does_not_speak_for_the_next(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    given_team_called(s, G1, W1, "Core");
    GIVEN(
        s,
        HAPPENED(
            node_added, .node_id = N2, .workspace_id = W1, .name = text_lit("web-2"),
            .hostname = text_lit("web-2"), .os = text_lit("linux"), .arch = text_lit("amd64"),
            .source = {SOURCE_INSTALL}, .credential_digest = digest_named(s, "agent 2")),
        HAPPENED(
            node_root_access_reported, .node_id = N2, .applied_profile = {ROOT_TASK},
            .sync = {ROOT_PENDING}),
        HAPPENED(node_team_changed, .node_id = N1, .team_id = G1, .team_name = text_lit("Core")),
        HAPPENED(node_team_changed, .node_id = N2, .team_id = G1, .team_name = text_lit("Core")));
    order.team_id = G1;
    order.order.run_as_root = OPT_TRUE;
    when_ordered(s, &order);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow task root access. Applied profile is off.");
}

static void an_unknown_template_is_not_found(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();

    order.order.template_id = P1;
    when_ordered(s, &order);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Task template %s was not found", P1));
}

static void a_template_may_be_named_beside_a_command(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();
    struct template_definition template = make_template(P1);
    struct schedule_created wanted;

    given_template(s, &template);
    order.order.template_id = P1;
    when_ordered(s, &order);
    wanted = made(s);
    wanted.template_id = P1;
    wanted.template_name = text_lit("Restart");
    then_created(s, &wanted);
}

static void a_template_that_says_what_is_run_is_tried_with_its_values(void)
{
    struct scenario *s = given_all();
    struct create_schedule order = make_schedule_order();
    struct template_definition template = make_template(P1);
    struct schedule_created wanted;

    given_template(s, &template);
    order.order.command = (struct text){NULL, 0};
    order.order.template_id = P1;
    when_ordered(s, &order);
    expect(status_of(s) == STATUS_INVALID);
    order.order.parameters.text = text_lit("{\"unit\":\"nginx\"}");
    when_ordered(s, &order);
    wanted = made(s);
    wanted.template_id = P1;
    wanted.template_name = text_lit("Restart");
    wanted.command = (struct text){NULL, 0};
    wanted.parameters.text = text_lit("{\"unit\":\"nginx\"}");
    then_created(s, &wanted);
}

static void when_batch(struct scenario *s, const struct uuid *node_ids, size_t count)
{
    const struct create_schedule one = make_schedule_order();
    const struct create_schedule_batch batch = {one.order, {node_ids, count}};

    scenario_when(s, &create_schedule_batch_command, &batch);
}

static void a_batch_makes_one_for_each_node(void)
{
    struct scenario *s = given_all();
    const struct uuid nodes[] = {N2, N1};
    struct schedule_created first;
    struct schedule_created second;

    given_another_node(s, N2, W1, "web-2");
    when_batch(s, nodes, 2);
    first = made(s);
    first.node_id = N2;
    second = make_schedule(scenario_made(s, 1), "2026-03-22T12:10:00Z");
    THEN_EMITTED(
        s, ((struct happened){&schedule_created_event, &first, OUTCOME_DONE}),
        ((struct happened){&schedule_created_event, &second, OUTCOME_DONE}));
}

static void a_batch_with_an_unknown_node_makes_none(void)
{
    struct scenario *s = given_all();
    const struct uuid nodes[] = {N1, N2};

    when_batch(s, nodes, 2);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Node %s was not found", N2));
}

static void a_workspace_has_so_many_at_most(void)
{
    enum { MOST = 5000, AT_ONCE = 1000 };
    struct scenario *s = given_all();
    static struct uuid nodes[AT_ONCE];
    const struct create_schedule order = make_schedule_order();

    for (size_t i = 0; i < AT_ONCE; i++)
        nodes[i] = N1;
    for (size_t i = 0; i < MOST / AT_ONCE; i++)
        when_batch(s, nodes, AT_ONCE);
    when_ordered(s, &order);
    THEN_REFUSED(s, CONFLICT, "A workspace has at most 5000 schedules, and so has a person.");
    WHEN(s, delete_schedule, .id = scenario_made(s, 0));
}

static const struct test tests[] = {
    TEST(a_schedule_of_a_node_is_created_with_its_next_time),
    TEST(a_team_goes_before_a_node),
    TEST(without_a_workspace_it_is_the_default_ones),
    TEST(a_time_zone_of_its_own_is_spelled_as_the_database_does),
    TEST(an_unknown_time_zone_is_refused),
    TEST(somebody_or_something_must_be_aimed_at),
    TEST(blanks_are_no_name_and_no_command),
    TEST(what_is_run_is_said_once),
    TEST(a_bad_cron_is_refused_with_its_field),
    TEST(a_null_counts_as_given),
    TEST(an_archived_workspace_gets_none),
    TEST(nodes_and_teams_are_of_the_workspace),
    TEST(root_access_must_be_allowed_now),
    TEST(each_node_of_a_team_must_allow_root_access_also_in_maintenance),
    TEST(one_node_of_a_team_that_allows_root_access_does_not_speak_for_the_next),
    TEST(an_unknown_template_is_not_found),
    TEST(a_template_may_be_named_beside_a_command),
    TEST(a_template_that_says_what_is_run_is_tried_with_its_values),
    TEST(a_batch_makes_one_for_each_node),
    TEST(a_batch_with_an_unknown_node_makes_none),
    TEST(a_workspace_has_so_many_at_most),
};

const struct suite test_create_schedule_suite = SUITE("commands/schedule/create_schedule", tests);
