/*
 * Adding nodes by hand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

static void when_a_node_is_added(struct scenario *s, struct uuid workspace_id)
{
    WHEN(
        s, add_node, .workspace_id = workspace_id, .hostname = text_lit("db-1"),
        .os = text_lit("linux"), .arch = text_lit("arm64"));
}

static void a_node_is_called_by_its_host_name_unless_it_has_another(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    when_a_node_is_added(s, W1);
    THEN_EMITTED(
        s, HAPPENED(
               node_added, .node_id = scenario_made(s, 0), .workspace_id = W1,
               .name = text_lit("db-1"), .hostname = text_lit("db-1"), .os = text_lit("linux"),
               .arch = text_lit("arm64"), .source = {SOURCE_OPERATOR}));
}

static void a_node_without_a_workspace_belongs_to_the_default_one(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(
        s, add_node, .hostname = text_lit("db-1"), .os = text_lit("linux"),
        .arch = text_lit("arm64"), .name = text_lit("Database"), .description = text_lit("Main"));
    THEN_EMITTED(
        s, HAPPENED(
               node_added, .node_id = scenario_made(s, 0), .workspace_id = W1,
               .name = text_lit("Database"), .description = text_lit("Main"),
               .hostname = text_lit("db-1"), .os = text_lit("linux"), .arch = text_lit("arm64"),
               .source = {SOURCE_OPERATOR}));
}

static void without_a_default_workspace_there_is_nowhere_to_put_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    when_a_node_is_added(s, UUID_NONE);
    THEN_REFUSED(s, NOT_FOUND, "Default workspace was not found.");
}

static void a_host_name_is_unique_in_all_workspaces(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    given_another_node(s, N2, W1, "db-1");
    when_a_node_is_added(s, W2);
    THEN_REFUSED(s, CONFLICT, "A node with this hostname already exists");
}

static void an_archived_workspace_takes_no_node(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    when_a_node_is_added(s, W2);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static void a_team_that_is_not_there_is_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(
        s, add_node, .workspace_id = W1, .hostname = text_lit("db-1"), .os = text_lit("linux"),
        .arch = text_lit("arm64"), .team_id = {{0x11, [6] = 0x40, [8] = 0x80}});
    THEN_REFUSED(s, NOT_FOUND, "Team 11000000-0000-4000-8000-000000000000 was not found");
}

static const struct test tests[] = {
    TEST(a_node_is_called_by_its_host_name_unless_it_has_another),
    TEST(a_node_without_a_workspace_belongs_to_the_default_one),
    TEST(without_a_default_workspace_there_is_nowhere_to_put_it),
    TEST(a_host_name_is_unique_in_all_workspaces),
    TEST(an_archived_workspace_takes_no_node),
    TEST(a_team_that_is_not_there_is_refused),
};

const struct suite test_add_node_suite = SUITE("commands/node/add_node", tests);
