/*
 * Deleting teams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

#define M1 id_named("membership 1")
#define G1 id_named("team 1")

static void its_members_leave_it_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_team_called(s, G1, W1, "Core");
    given_team_member(s, M1, W1, G1, U1);
    WHEN(s, delete_team, .workspace_id = W1, .team_id = G1);
    THEN_EMITTED(
        s,
        HAPPENED(
            team_member_removed, .team_membership_id = M1, .team_id = G1, .workspace_id = W1,
            .user_id = U1, .is_consequence = OPT_TRUE),
        HAPPENED(team_deleted, .team_id = G1, .workspace_id = W1, .is_consequence = OPT_FALSE));
    WHEN(s, delete_team, .workspace_id = W1, .team_id = G1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Team %s was not found", G1));
}

static void a_team_with_nodes_stays_until_another_looks_after_them(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_team_called(s, G1, W1, "Core");
    GIVEN(s, HAPPENED(node_team_changed, .node_id = N1, .team_id = G1));
    WHEN(s, delete_team, .workspace_id = W1, .team_id = G1);
    THEN_REFUSED(s, INVALID, "Reassign or clear team-owned nodes before deleting this team.");
    GIVEN(s, HAPPENED(node_team_changed, .node_id = N1));
    WHEN(s, delete_team, .workspace_id = W1, .team_id = G1);
    THEN_EMITTED(
        s, HAPPENED(team_deleted, .team_id = G1, .workspace_id = W1, .is_consequence = OPT_FALSE));
}

static const struct test tests[] = {
    TEST(its_members_leave_it_first),
    TEST(a_team_with_nodes_stays_until_another_looks_after_them),
};

const struct suite test_delete_team_suite = SUITE("commands/workspace/delete_team", tests);
