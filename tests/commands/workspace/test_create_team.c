/*
 * Making teams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

static void a_name_is_used_once_in_a_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    WHEN(s, create_team, .workspace_id = W1, .name = text_lit("Core"), .description = text_lit(""));
    THEN_EMITTED(
        s, HAPPENED(
               team_created, .team_id = scenario_made(s, 0), .workspace_id = W1,
               .name = text_lit("Core")));
    WHEN(s, create_team, .workspace_id = W1, .name = text_lit("Core"));
    THEN_REFUSED(s, CONFLICT, "A team with this name already exists in the workspace.");
    WHEN(s, create_team, .workspace_id = W2, .name = text_lit("Core"));
    THEN_EMITTED(
        s, HAPPENED(
               team_created, .team_id = scenario_made(s, 0), .workspace_id = W2,
               .name = text_lit("Core")));
}

static void an_archived_workspace_gets_no_team(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    WHEN(s, create_team, .workspace_id = W2, .name = text_lit("Core"));
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static const struct test tests[] = {
    TEST(a_name_is_used_once_in_a_workspace),
    TEST(an_archived_workspace_gets_no_team),
};

const struct suite test_create_team_suite = SUITE("commands/workspace/create_team", tests);
