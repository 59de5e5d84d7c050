/*
 * Taking members of a workspace into teams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

#define M1 id_named("membership 1")
#define G1 id_named("team 1")

static void a_member_of_the_workspace_joins_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_account(s, U1, "ada");
    given_member(s, M1, W1, U1, MEMBER_VIEWER);
    given_team_called(s, G1, W1, "Core");
    WHEN(s, add_team_member, .workspace_id = W1, .team_id = G1, .user_id = U1);
    THEN_EMITTED(
        s, HAPPENED(
               team_member_added, .team_membership_id = scenario_made(s, 0), .team_id = G1,
               .workspace_id = W1, .user_id = U1));
    WHEN(s, add_team_member, .workspace_id = W1, .team_id = G1, .user_id = U1);
    THEN_REFUSED(s, CONFLICT, "This user is already a member of the team.");
}

static void somebody_from_outside_does_not_join(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_account(s, U1, "ada");
    given_team_called(s, G1, W1, "Core");
    WHEN(s, add_team_member, .workspace_id = W1, .team_id = G1, .user_id = U1);
    THEN_REFUSED(s, INVALID, "Only workspace members can be added to a team.");
}

static const struct test tests[] = {
    TEST(a_member_of_the_workspace_joins_once),
    TEST(somebody_from_outside_does_not_join),
};

const struct suite test_add_team_member_suite = SUITE("commands/workspace/add_team_member", tests);
