/*
 * Changing teams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

#define G1 id_named("team 1")
#define G2 id_named("team 2")

/* Bits of what was given, by the order of the fields. */
enum { GIVEN_NAME = 1 << 2, GIVEN_DESCRIPTION = 1 << 3 };

static void a_description_that_is_null_is_cleared_and_one_not_given_stays(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_team_called(s, G1, W1, "Core");
    WHEN(s, change_team, .workspace_id = W1, .team_id = G1, .given = GIVEN_DESCRIPTION);
    THEN_EMITTED(
        s, HAPPENED(team_changed, .team_id = G1, .workspace_id = W1, .description = text_lit("")));
    WHEN(
        s, change_team, .workspace_id = W1, .team_id = G1, .name = text_lit("Core"),
        .given = GIVEN_NAME);
    THEN_EMITTED(
        s, HAPPENED(team_changed, .team_id = G1, .workspace_id = W1, .name = text_lit("Core")));
}

static void the_name_of_another_team_is_taken_and_an_old_one_free(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_team_called(s, G1, W1, "Core");
    given_team_called(s, G2, W1, "Edge");
    WHEN(s, change_team, .workspace_id = W1, .team_id = G2, .name = text_lit("Core"));
    THEN_REFUSED(s, CONFLICT, "A team with this name already exists in the workspace.");
    WHEN(s, change_team, .workspace_id = W1, .team_id = G1, .name = text_lit("Heart"));
    WHEN(s, change_team, .workspace_id = W1, .team_id = G2, .name = text_lit("Core"));
    THEN_EMITTED(
        s, HAPPENED(team_changed, .team_id = G2, .workspace_id = W1, .name = text_lit("Core")));
}

static void a_team_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    given_team_called(s, G1, W1, "Core");
    WHEN(s, change_team, .workspace_id = W2, .team_id = G1, .name = text_lit("Stolen"));
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Team %s was not found", G1));
}

static const struct test tests[] = {
    TEST(a_description_that_is_null_is_cleared_and_one_not_given_stays),
    TEST(the_name_of_another_team_is_taken_and_an_old_one_free),
    TEST(a_team_of_another_workspace_is_not_found),
};

const struct suite test_change_team_suite = SUITE("commands/workspace/change_team", tests);
