/*
 * Deleting workspaces, with all that belongs to them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/templates.h"

#define M1 id_named("membership 1")
#define M2 id_named("membership 2")
#define G1 id_named("team 1")

static void all_that_belongs_to_it_goes_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_workspace_called(s, W2, "two");
    given_another_node(s, N2, W2, "web-2");
    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = T2, .workspace_id = W2, .node_id = N2,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE));
    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = T1, .workspace_id = W2, .node_id = N2,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE),
        HAPPENED(task_started, .task_id = T1, .started_at = scenario_now(s)),
        HAPPENED(
            install_created, .install_id = I1, .workspace_id = W2, .node_name = text_lit("new"),
            .token_digest = digest_named(s, "token"),
            .expires_at = timestamp_plus_us(scenario_now(s), US_PER_S)));
    given_account(s, U1, "ada");
    given_member(s, M1, W2, U1, MEMBER_OWNER);
    given_team_called(s, G1, W2, "Core");
    given_team_member(s, M2, W2, G1, U1);
    WHEN(s, delete_workspace, .workspace_id = W2);
    THEN_EMITTED(
        s,
        HAPPENED(task_cancelled, .task_id = T2, .reason = text_lit("The workspace was deleted.")),
        HAPPENED(task_abandoned, .task_id = T1, .reason = {ABANDONED_WORKSPACE_DELETED}),
        HAPPENED(node_removed, .node_id = N2), HAPPENED(install_expired, .install_id = I1),
        HAPPENED(
            team_member_removed, .team_membership_id = M2, .team_id = G1, .workspace_id = W2,
            .user_id = U1, .is_consequence = OPT_TRUE),
        HAPPENED(team_deleted, .team_id = G1, .workspace_id = W2, .is_consequence = OPT_TRUE),
        HAPPENED(
            member_removed, .membership_id = M1, .workspace_id = W2, .user_id = U1,
            .is_consequence = OPT_TRUE),
        HAPPENED(workspace_deleted, .workspace_id = W2));
    expect_text(ANSWER(s, deleted_workspace)->slug, "two");
}

static void its_templates_go_with_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct template_definition template = make_template(P1);

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    template.workspace_id = W2;
    given_template(s, &template);
    WHEN(s, delete_workspace, .workspace_id = W2);
    THEN_EMITTED(
        s,
        HAPPENED(
            template_deleted, .template_id = P1, .workspace_id = W2, .is_consequence = OPT_TRUE),
        HAPPENED(workspace_deleted, .workspace_id = W2));
}

static void what_is_gone_is_missing_and_its_slug_free(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    WHEN(s, delete_workspace, .workspace_id = W2);
    WHEN(s, delete_workspace, .workspace_id = W2);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Workspace %s was not found", W2));
    WHEN(
        s, create_workspace, .name = text_lit("Two"), .slug = text_lit("two"),
        .default_timezone = text_lit("UTC"));
    expect(ANSWER(s, deleted_workspace) == NULL);
    expect(scenario_size(s) == 4);
}

static void neither_an_archived_nor_the_default_one_goes(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_archived_workspace(s);
    WHEN(s, delete_workspace, .workspace_id = W2);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before changing settings.");
    WHEN(s, delete_workspace, .workspace_id = W1);
    THEN_REFUSED(
        s, CONFLICT,
        "Default workspace cannot be deleted. Select another default workspace first.");
}

static void more_than_one_command_may_hold_is_removed_by_hand_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0}};

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    for (int i = 1; i <= 10000; i++) {
        id.bytes[0] = (uint8_t)(i >> 8);
        id.bytes[1] = (uint8_t)i;
        given_member(s, id, W2, id, MEMBER_VIEWER);
    }
    WHEN(s, delete_workspace, .workspace_id = W2);
    THEN_REFUSED(
        s, CONFLICT,
        "This workspace holds more than can be removed at once. Remove some of its members first.");
    WHEN(s, remove_member, .workspace_id = W2, .membership_id = id);
    WHEN(s, delete_workspace, .workspace_id = W2);
    expect(ANSWER(s, deleted_workspace) != NULL);
}

static const struct test tests[] = {
    TEST(all_that_belongs_to_it_goes_first),
    TEST(its_templates_go_with_it),
    TEST(what_is_gone_is_missing_and_its_slug_free),
    TEST(more_than_one_command_may_hold_is_removed_by_hand_first),
    TEST(neither_an_archived_nor_the_default_one_goes),
};

const struct suite test_delete_workspace_suite =
    SUITE("commands/workspace/delete_workspace", tests);
