/*
 * Teams of nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

#define TEAM ((struct uuid){{0x11, [6] = 0x40, [8] = 0x80}})

static void a_team_of_the_workspace_is_assigned_by_name(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_team_called(s, TEAM, W1, "Owners");
    WHEN(s, assign_team, .workspace_id = W1, .id = N1, .team_id = TEAM);
    THEN_EMITTED(
        s, HAPPENED(
               node_team_changed, .node_id = N1, .team_id = TEAM, .team_name = text_lit("Owners")));
}

static void no_team_clears_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, assign_team, .id = N1);
    THEN_EMITTED(s, HAPPENED(node_team_changed, .node_id = N1));
}

static void a_team_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_archived_workspace(s);
    given_team_called(s, TEAM, W2, "Owners");
    WHEN(s, assign_team, .id = N1, .team_id = TEAM);
    THEN_REFUSED(s, NOT_FOUND, "Team 11000000-0000-4000-8000-000000000000 was not found");
}

static void a_node_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, assign_team, .workspace_id = W2, .id = {{0x11, [6] = 0x40, [8] = 0x80}});
    THEN_REFUSED(s, NOT_FOUND, "Node 11000000-0000-4000-8000-000000000000 was not found");
}

static void a_node_of_an_archived_workspace_keeps_its_team(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    given_another_node(s, N2, W2, "old-1");
    WHEN(s, assign_team, .id = N2);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static const struct test tests[] = {
    TEST(a_team_of_the_workspace_is_assigned_by_name),
    TEST(no_team_clears_it),
    TEST(a_team_of_another_workspace_is_not_found),
    TEST(a_node_of_another_workspace_is_not_found),
    TEST(a_node_of_an_archived_workspace_keeps_its_team),
};

const struct suite test_assign_team_suite = SUITE("commands/node/assign_team", tests);
