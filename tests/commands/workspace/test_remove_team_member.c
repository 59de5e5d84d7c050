/*
 * Taking people out of teams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

#define M1 id_named("membership 1")
#define G1 id_named("team 1")

static void whoever_is_in_leaves_and_whoever_is_not_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_team_called(s, G1, W1, "Core");
    given_team_member(s, M1, W1, G1, U1);
    WHEN(s, remove_team_member, .workspace_id = W1, .team_id = G1, .user_id = U1);
    THEN_EMITTED(
        s, HAPPENED(
               team_member_removed, .team_membership_id = M1, .team_id = G1, .workspace_id = W1,
               .user_id = U1, .is_consequence = OPT_FALSE));
    WHEN(s, remove_team_member, .workspace_id = W1, .team_id = G1, .user_id = U1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Team membership for user %s was not found", U1));
}

static const struct test tests[] = {
    TEST(whoever_is_in_leaves_and_whoever_is_not_is_not_found),
};

const struct suite test_remove_team_member_suite =
    SUITE("commands/workspace/remove_team_member", tests);
