/*
 * Orders for rolling runs: whole, or not at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/rolling.h"
#include "tests/support/templates.h"

#include <string.h>

static struct scenario *given_ordering(size_t nodes)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_fleet(s, nodes);
    scenario_actor(s, ACTOR_USER, U1);
    return s;
}

static void when_ordered(struct scenario *s, const struct create_rolling_run *order)
{
    scenario_when(s, &create_rolling_run_command, order);
}

static struct happened created(const struct scenario *s, struct rolling_run_created run)
{
    static struct rolling_run_created event;

    event = run;
    event.run_id = scenario_made(s, 0);
    return (struct happened){&rolling_run_created_event, &event, OUTCOME_DONE};
}

static void its_targets_are_the_nodes_in_the_order_given(void)
{
    struct scenario *s = given_ordering(3);
    struct create_rolling_run order = make_rolling_order(3);
    const struct uuid ids[] = {fleet_node(2), fleet_node(0), fleet_node(1)};
    struct rolling_run_created run = make_rolling_run(RUN1, 3);

    order.node_ids.items = ids;
    run.node_ids.items = ids;
    when_ordered(s, &order);
    THEN_EMITTED(s, created(s, run));
    expect_int64(rolling_run_of(s, scenario_made(s, 0)).pending, 3);
}

static void nothing_is_made_where_one_node_is_unknown_or_in_maintenance(void)
{
    struct scenario *s = given_ordering(2);
    struct create_rolling_run order = make_rolling_order(3);

    when_ordered(s, &order);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Node %s was not found", fleet_node(2)));
    order.node_ids.count = 2;
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = fleet_node(1)));
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "Node web-1 is in maintenance mode and cannot accept new work.");
}

static void a_teams_nodes_are_looked_up_once(void)
{
    struct scenario *s = given_ordering(3);
    struct create_rolling_run order = make_rolling_order(0);
    struct rolling_run_created run = make_rolling_run(RUN1, 0);
    const struct uuid ids[] = {fleet_node(1)};

    given_team_called(s, G1, W1, "Core");
    GIVEN(
        s,
        HAPPENED(
            node_team_changed, .node_id = fleet_node(1), .team_id = G1,
            .team_name = text_lit("Core")),
        HAPPENED(
            node_team_changed, .node_id = fleet_node(2), .team_id = G1,
            .team_name = text_lit("Core")),
        HAPPENED(node_maintenance_entered, .node_id = fleet_node(2)));
    order.node_ids = (struct list){NULL, 0};
    order.team_id = G1;
    run.node_ids = (struct list){ids, 1};
    run.target_team_id = G1;
    run.target_team_name = text_lit("Core");
    when_ordered(s, &order);
    THEN_EMITTED(s, created(s, run));
}

static void exactly_one_of_nodes_and_team_says_whom_it_is_for(void)
{
    struct scenario *s = given_ordering(1);
    struct create_rolling_run order = make_rolling_order(1);

    order.team_id = G1;
    when_ordered(s, &order);
    THEN_REFUSED(
        s, INVALID, "One of nodeIds, teamId, selector and selectionId must say whom it is for.");
    order.team_id = UUID_NONE;
    order.node_ids = (struct list){NULL, 0};
    when_ordered(s, &order);
    THEN_REFUSED(
        s, INVALID, "One of nodeIds, teamId, selector and selectionId must say whom it is for.");
}

static void exactly_one_of_size_and_share_says_how_large_a_wave_is(void)
{
    struct scenario *s = given_ordering(1);
    struct create_rolling_run order = make_rolling_order(1);

    order.wave_share = 10;
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "Either waveSize or waveShare must say how large a wave is.");
    order.wave_share = order.wave_size = INT64_ABSENT;
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, "Either waveSize or waveShare must say how large a wave is.");
}

static void a_share_is_rounded_up(void)
{
    struct scenario *s = given_ordering(7);
    struct create_rolling_run order = make_rolling_order(7);
    struct rolling_run_created run = make_rolling_run(RUN1, 7);

    order.wave_size = INT64_ABSENT;
    order.wave_share = 30;
    run.wave_share = 30;
    run.wave_size = 3;
    when_ordered(s, &order);
    THEN_EMITTED(s, created(s, run));
}

static void a_template_is_filled_in_when_it_is_made(void)
{
    struct scenario *s = given_ordering(1);
    struct template_definition template = make_template(P1);
    struct create_rolling_run order = make_rolling_order(1);
    struct rolling_run_created run = make_rolling_run(RUN1, 1);

    given_template(s, &template);
    order.type = (struct text){NULL, 0};
    order.payload.text = (struct text){NULL, 0};
    order.template_id = P1;
    order.parameters.text = text_lit("{\"unit\":\"nginx\"}");
    run.template_id = P1;
    run.template_name = template.name;
    run.template_version = template.version;
    run.payload.text = text_lit(
        "{\"command\":\"systemctl restart \\\"${PARAM_unit?}\\\"\",\"environment\":{\"PARAM_unit\":\"nginx\"}}");
    when_ordered(s, &order);
    THEN_EMITTED(s, created(s, run));
}

static void what_is_done_must_be_said_in_one_way(void)
{
    struct scenario *s = given_ordering(1);
    struct create_rolling_run order = make_rolling_order(1);
    const char *refusal =
        "Either type with payload, or templateId with parameters must say what is done.";

    order.parameters.text = text_lit("{}");
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, refusal);
    order.type = (struct text){NULL, 0};
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, refusal);
    order.payload.text = (struct text){NULL, 0};
    when_ordered(s, &order);
    THEN_REFUSED(s, INVALID, refusal);
}

static struct text long_payload(size_t size)
{
    static char payload[ROLLING_PAYLOAD_BYTES];

    memset(payload, ' ', size);
    payload[0] = '{';
    payload[size - 1] = '}';
    return (struct text){payload, size};
}

static void a_wave_is_no_larger_than_a_batch(void)
{
    struct scenario *s = given_ordering(1);
    struct create_rolling_run order = make_rolling_order(1);
    const char *refusal = "A wave can make at most 1000 tasks, with payloads of 8 MiB altogether.";

    order.payload.text = long_payload(ROLLING_PAYLOAD_BYTES);
    order.wave_size = 129;
    when_ordered(s, &order);
    THEN_REFUSED(s, TOO_LARGE, refusal);
    order.wave_size = 1;
    order.canary = 129;
    when_ordered(s, &order);
    THEN_REFUSED(s, TOO_LARGE, refusal);
}

static void an_archived_workspace_begins_none(void)
{
    struct scenario *s = given_ordering(1);
    struct create_rolling_run order = make_rolling_order(1);

    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_TRUE));
    when_ordered(s, &order);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static void a_workspace_has_so_many_that_are_not_over(void)
{
    struct scenario *s = given_ordering(1);
    struct create_rolling_run order = make_rolling_order(1);

    for (int i = 0; i < MOST_ROLLING_RUNS; i++)
        when_ordered(s, &order);
    when_ordered(s, &order);
    THEN_REFUSED(
        s, CONFLICT,
        "A workspace has at most 100 rolling runs that are neither completed nor cancelled.");
}

static void it_is_for_ten_thousand_nodes_at_most(void)
{
    struct scenario *s = given_ordering(ROLLING_MOST_TARGETS);
    struct create_rolling_run order = make_rolling_order(ROLLING_MOST_TARGETS);
    struct rolling_run run;

    order.wave_size = INT64_ABSENT;
    order.wave_share = 50;
    when_ordered(s, &order);
    run = rolling_run_of(s, scenario_made(s, 0));
    expect_int64(run.pending, ROLLING_MOST_TARGETS);
    expect_int64(run.wave_size, 1000);
}

static const struct test tests[] = {
    TEST(its_targets_are_the_nodes_in_the_order_given),
    TEST(nothing_is_made_where_one_node_is_unknown_or_in_maintenance),
    TEST(a_teams_nodes_are_looked_up_once),
    TEST(exactly_one_of_nodes_and_team_says_whom_it_is_for),
    TEST(exactly_one_of_size_and_share_says_how_large_a_wave_is),
    TEST(a_share_is_rounded_up),
    TEST(a_template_is_filled_in_when_it_is_made),
    TEST(what_is_done_must_be_said_in_one_way),
    TEST(a_wave_is_no_larger_than_a_batch),
    TEST(an_archived_workspace_begins_none),
    TEST(a_workspace_has_so_many_that_are_not_over),
    TEST(it_is_for_ten_thousand_nodes_at_most),
};

const struct suite test_create_rolling_run_suite =
    SUITE("commands/rolling/create_rolling_run", tests);
