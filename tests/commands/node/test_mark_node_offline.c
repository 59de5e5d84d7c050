/*
 * Nodes that fell silent.
 * SPDX-License-Identifier: Apache-2.0
 */
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
        s, HAPPENED(node_went_offline, .node_id = N1, .last_seen_at = seen, .timeout_seconds = 90));
    WHEN(s, mark_node_offline, .node_id = N1, .last_seen_at = seen, .timeout_seconds = 90);
    THEN_NOTHING(s);
}

static void a_node_that_is_gone_is_not_marked(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, mark_node_offline, .node_id = N1, .timeout_seconds = 90);
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(a_node_that_fell_silent_goes_offline_once),
    TEST(a_node_that_is_gone_is_not_marked),
};

const struct suite test_mark_node_offline_suite = SUITE("commands/node/mark_node_offline", tests);
