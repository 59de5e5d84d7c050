/*
 * Taking people out of workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

#define M1 id_named("membership 1")
#define M2 id_named("membership 2")
#define G1 id_named("team 1")
#define G2 id_named("team 2")

static void whoever_leaves_leaves_the_teams_of_that_workspace_too(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    given_member(s, M1, W1, U1, MEMBER_VIEWER);
    given_team_called(s, G1, W1, "Core");
    given_team_called(s, G2, W2, "Core");
    given_team_member(s, id_named("in 1"), W1, G1, U1);
    given_team_member(s, id_named("in 2"), W2, G2, U1);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = M1);
    THEN_EMITTED(
        s,
        HAPPENED(
            team_member_removed, .team_membership_id = id_named("in 1"), .team_id = G1,
            .workspace_id = W1, .user_id = U1, .is_consequence = OPT_TRUE),
        HAPPENED(
            member_removed, .membership_id = M1, .workspace_id = W1, .user_id = U1,
            .is_consequence = OPT_FALSE));
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = M1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Workspace membership %s was not found", M1));
}

static void the_last_owner_is_not_removed(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_member(s, M1, W1, U1, MEMBER_OWNER);
    given_member(s, M2, W1, U2, MEMBER_ADMIN);
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = M1);
    THEN_REFUSED(s, CONFLICT, "The last owner of a workspace cannot be removed or demoted.");
    WHEN(s, remove_member, .workspace_id = W1, .membership_id = M2);
    THEN_EMITTED(
        s, HAPPENED(
               member_removed, .membership_id = M2, .workspace_id = W1, .user_id = U2,
               .is_consequence = OPT_FALSE));
}

static const struct test tests[] = {
    TEST(whoever_leaves_leaves_the_teams_of_that_workspace_too),
    TEST(the_last_owner_is_not_removed),
};

const struct suite test_remove_member_suite = SUITE("commands/workspace/remove_member", tests);
