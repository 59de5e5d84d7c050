/*
 * Creating rollouts: what is recorded of release and nodes, and what refuses the whole.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/rollouts.h"

static struct scenario *given_two_agents(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_agents(s, 2);
    scenario_actor(s, ACTOR_USER, U1);
    return s;
}

static void create(struct scenario *s, const struct create_rollout *order)
{
    scenario_when(s, &create_rollout_command, order);
}

static void one_records_release_and_nodes_as_they_are_then(void)
{
    struct scenario *s = given_two_agents();
    struct create_rollout order = make_rollout_order(2);
    const struct rollout_node nodes[] = {
        {W1, G1, text_lit("web-0"), text_lit("1.0.0")},
        {W1, UUID_NONE, text_lit("web-1"), text_lit("1.0.0")}};

    GIVEN(s, HAPPENED(node_team_changed, .node_id = fleet_node(0), .team_id = G1));
    create(s, &order);
    THEN_EMITTED(
        s,
        HAPPENED(
            rollout_created, .rollout_id = scenario_made(s, 0), .target_version = text_lit("1.1.0"),
            .rollback = OPT_FALSE, .commit = text_lit("c0ffee"), .artifacts = order.artifacts,
            .node_ids = order.node_ids, .nodes = {nodes, 2}, .wave_size = 1,
            .pause_seconds = INT64_ABSENT));
    expect_rollout(
        s, scenario_made(s, 0), "queued: 2 pending, 0 active, 0 failed; pending pending");
}

static void while_one_is_not_over_there_is_no_other(void)
{
    struct scenario *s = given_two_agents();
    struct create_rollout order = make_rollout_order(1);
    struct uuid first = given_rollout(s, &order);

    order.target_version = (struct text){NULL, 0};
    create(s, &order);
    THEN_REFUSED(
        s, CONFLICT, "Finish, resume, or cancel the existing rollout before creating a new one.");
    when_steered(s, &cancel_rollout_command, first);
    order = make_rollout_order(1);
    given_rollout(s, &order);
}

static void targets_of_an_older_one_are_known_no_longer(void)
{
    struct scenario *s = given_two_agents();
    struct create_rollout order = make_rollout_order(1);
    struct uuid first = given_rollout(s, &order);

    when_steered(s, &cancel_rollout_command, first);
    create(s, &order);
    when_reported(s, first, 0, "downloading", 20);
    THEN_REFUSED(
        s, NOT_FOUND,
        naming(s, "Agent update rollout target %s was not found", target_id_of(first, 0)));
    when_steered(s, &resume_rollout_command, first);
    THEN_REFUSED(s, CONFLICT, "Only paused rollouts can be resumed.");
}

static void without_a_release_there_is_none(void)
{
    struct scenario *s = given_two_agents();
    struct create_rollout order = make_rollout_order(1);

    order.target_version = (struct text){NULL, 0};
    create(s, &order);
    THEN_REFUSED(s, INVALID, "No official tagged agent release is currently available.");
}

static void a_node_that_is_unknown_is_named(void)
{
    struct scenario *s = given_two_agents();
    struct create_rollout order = make_rollout_order(3);

    create(s, &order);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Node %s was not found", fleet_node(2)));
}

static void nodes_that_cannot_be_updated_refuse_the_whole_in_their_order(void)
{
    struct scenario *s = given_two_agents();
    struct create_rollout order = make_rollout_order(2);

    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = fleet_node(1)));
    create(s, &order);
    THEN_REFUSED(s, INVALID, "Node web-1 is in maintenance mode and cannot accept new work.");
    GIVEN(s, HAPPENED(node_went_offline, .node_id = fleet_node(0)));
    create(s, &order);
    THEN_REFUSED(s, INVALID, "Node web-0 must be online before it can be updated.");
    GIVEN(s, HAPPENED(node_came_online, .node_id = fleet_node(0), .sign = {SIGN_HEARTBEAT}));
    order.target_version = text_lit("1.0.0");
    create(s, &order);
    THEN_REFUSED(s, INVALID, "Node web-0 is already running agent 1.0.0.");
}

static void a_machine_that_the_release_has_no_program_for_is_refused(void)
{
    struct scenario *s = given_two_agents();
    struct create_rollout order = make_rollout_order(1);

    GIVEN(
        s, HAPPENED(
               node_registered, .node_id = fleet_node(0), .os = text_lit("linux"),
               .arch = text_lit("riscv64"), .credential_digest = digest_named(s, "web-0")));
    create(s, &order);
    THEN_REFUSED(s, INVALID, "Node web-0 uses unsupported architecture riscv64.");
}

static void a_node_of_an_archived_workspace_is_refused(void)
{
    struct scenario *s = given_two_agents();
    struct create_rollout order = make_rollout_order(1);

    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_TRUE));
    create(s, &order);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static const struct test tests[] = {
    TEST(one_records_release_and_nodes_as_they_are_then),
    TEST(while_one_is_not_over_there_is_no_other),
    TEST(targets_of_an_older_one_are_known_no_longer),
    TEST(without_a_release_there_is_none),
    TEST(a_node_that_is_unknown_is_named),
    TEST(nodes_that_cannot_be_updated_refuse_the_whole_in_their_order),
    TEST(a_machine_that_the_release_has_no_program_for_is_refused),
    TEST(a_node_of_an_archived_workspace_is_refused),
};

const struct suite test_create_rollout_suite = SUITE("commands/rollout/create_rollout", tests);
