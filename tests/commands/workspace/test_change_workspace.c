/*
 * Changing, archiving and restoring workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

/* Bits of what was given, by the order of the fields. */
enum { GIVEN_NAME = 1 << 1, GIVEN_ARCHIVED = 1 << 4, GIVEN_TOKEN = 1 << 8 };

static void what_is_given_changes_and_the_rest_stays(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(s, change_workspace, .workspace_id = W1, .name = text_lit("New"), .given = GIVEN_NAME);
    THEN_EMITTED(s, HAPPENED(workspace_changed, .workspace_id = W1, .name = text_lit("New")));
}

static void null_clears_the_token_of_the_bot(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(s, change_workspace, .workspace_id = W1, .given = GIVEN_TOKEN);
    THEN_EMITTED(
        s,
        HAPPENED(
            workspace_changed, .workspace_id = W1, .automation_telegram_bot_token = sealed(s, "")));
}

static void a_slug_moves_and_the_old_one_is_free(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    WHEN(s, change_workspace, .workspace_id = W2, .slug = text_lit("default"));
    THEN_REFUSED(s, CONFLICT, "A workspace with this slug already exists.");
    WHEN(s, change_workspace, .workspace_id = W2, .slug = text_lit("second"));
    WHEN(s, change_workspace, .workspace_id = W1, .slug = text_lit("two"));
    THEN_EMITTED(s, HAPPENED(workspace_changed, .workspace_id = W1, .slug = text_lit("two")));
}

static void an_archived_workspace_can_only_be_restored(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    WHEN(s, change_workspace, .workspace_id = W2, .name = text_lit("New"), .given = GIVEN_NAME);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before changing settings.");
    WHEN(s, change_workspace, .workspace_id = W2);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before changing settings.");
    WHEN(
        s, change_workspace, .workspace_id = W2, .is_archived = OPT_FALSE, .given = GIVEN_ARCHIVED);
    THEN_EMITTED(s, HAPPENED(workspace_changed, .workspace_id = W2, .is_archived = OPT_FALSE));
}

static void only_a_platform_admin_moves_the_default(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    WHEN(
        s, change_workspace, .workspace_id = W2, .is_default = OPT_TRUE,
        .by_platform_admin = OPT_FALSE);
    THEN_REFUSED(s, FORBIDDEN, "Platform admin access is required.");
    WHEN(
        s, change_workspace, .workspace_id = W2, .is_default = OPT_TRUE,
        .by_platform_admin = OPT_TRUE);
    THEN_EMITTED(s, HAPPENED(workspace_changed, .workspace_id = W2, .is_default = OPT_TRUE));
    WHEN(s, delete_workspace, .workspace_id = W2);
    THEN_REFUSED(
        s, CONFLICT,
        "Default workspace cannot be deleted. Select another default workspace first.");
}

static void the_default_is_neither_unset_nor_archived(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(
        s, change_workspace, .workspace_id = W1, .is_default = OPT_FALSE,
        .by_platform_admin = OPT_TRUE);
    THEN_REFUSED(
        s, INVALID,
        "Default workspace cannot be unset directly. Select another workspace as default first.");
    WHEN(s, change_workspace, .workspace_id = W1, .is_archived = OPT_TRUE);
    THEN_REFUSED(
        s, CONFLICT,
        "Default workspace cannot be archived. Select another default workspace first.");
}

static void what_is_archived_does_not_become_the_default(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    WHEN(
        s, change_workspace, .workspace_id = W2, .is_default = OPT_TRUE, .is_archived = OPT_TRUE,
        .by_platform_admin = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, "Archived workspaces cannot become the default workspace.");
}

static void an_unknown_time_zone_changes_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(
        s, change_workspace, .workspace_id = W1, .default_timezone = text_lit("Mars/Base"),
        .timezone_is_unknown = OPT_TRUE);
    THEN_REFUSED(s, INVALID, "Mars/Base is not a valid IANA timezone.");
}

static const struct test tests[] = {
    TEST(what_is_given_changes_and_the_rest_stays),
    TEST(null_clears_the_token_of_the_bot),
    TEST(a_slug_moves_and_the_old_one_is_free),
    TEST(an_archived_workspace_can_only_be_restored),
    TEST(only_a_platform_admin_moves_the_default),
    TEST(the_default_is_neither_unset_nor_archived),
    TEST(what_is_archived_does_not_become_the_default),
    TEST(an_unknown_time_zone_changes_nothing),
};

const struct suite test_change_workspace_suite =
    SUITE("commands/workspace/change_workspace", tests);
