/*
 * Nodes that fell silent.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

static void a_node_that_fell_silent_goes_offline_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp seen = at("2026-03-22T11:58:00Z");

    given_node(s);
    GIVEN(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}));
    WHEN(s, mark_node_offline, .node_id = N1, .last_seen_at = seen, .timeout_seconds = 90);
    THEN_EMITTED(
        s, HAPPENED(
               node_went_offline, .node_id = N1, .last_seen_at = seen, .timeout_seconds = 90,
               .absence = {ABSENCE_SILENCE}));
    WHEN(s, mark_node_offline, .node_id = N1, .last_seen_at = seen, .timeout_seconds = 90);
    THEN_NOTHING(s);
}

static bool is_listed_as_online(const struct scenario *s, struct uuid node_id)
{
    return model_linked(scenario_model(s), LINK_ONLINE, UUID_NONE, node_id, NULL);
}

/* After a start the monitor expects a sign of life of those. */
static void nodes_that_are_online_are_listed_until_they_go_offline(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    expect(!is_listed_as_online(s, N1));
    GIVEN(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}));
    expect(is_listed_as_online(s, N1));
    GIVEN(s, HAPPENED(node_went_offline, .node_id = N1, .timeout_seconds = 90));
    expect(!is_listed_as_online(s, N1));
    GIVEN(
        s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}),
        HAPPENED(node_removed, .node_id = N1));
    expect(!is_listed_as_online(s, N1));
}

static void a_node_that_is_gone_is_not_marked(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, mark_node_offline, .node_id = N1, .timeout_seconds = 90);
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(a_node_that_fell_silent_goes_offline_once),
    TEST(nodes_that_are_online_are_listed_until_they_go_offline),
    TEST(a_node_that_is_gone_is_not_marked),
};

const struct suite test_mark_node_offline_suite = SUITE("commands/node/mark_node_offline", tests);
