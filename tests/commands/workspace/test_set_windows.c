/*
 * In which windows no planned work of a workspace begins.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "core/time/window.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

static struct window make_nightly(void)
{
    return (struct window){
        .name = text_lit("Backups"),
        .cron = text_lit("0 2 * * *"),
        .timezone = text_lit("europe/berlin"),
        .minutes = 90,
    };
}

static struct scenario *given_a_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    return s;
}

static void when_set(struct scenario *s, const struct window *windows, size_t count)
{
    WHEN(s, set_windows, .workspace_id = W1, .windows = {windows, count});
}

static void all_of_them_are_set_at_once_and_told(void)
{
    struct scenario *s = given_a_workspace();
    struct window nightly = make_nightly();
    const struct window *told;

    when_set(s, &nightly, 1);
    nightly.timezone = text_lit("Europe/Berlin");
    THEN_EMITTED(
        s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {&nightly, 1}));
    when_set(s, &nightly, 1);
    THEN_NOTHING(s);
    WHEN(s, query_windows, .workspace_id = W1);
    expect_int64(ANSWER(s, workspace_windows)->windows.count, 1);
    told = ANSWER(s, workspace_windows)->windows.items;
    expect_text(told->timezone, "Europe/Berlin");
    when_set(s, &nightly, 0);
    THEN_EMITTED(
        s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {&nightly, 0}));
    WHEN(s, query_windows, .workspace_id = W1);
    expect_int64(ANSWER(s, workspace_windows)->windows.count, 0);
}

static void one_that_is_none_is_named(void)
{
    struct scenario *s = given_a_workspace();
    struct window windows[] = {make_nightly(), make_nightly()};
    const struct error *error;

    windows[1].cron = text_lit("0 25 * * *");
    when_set(s, windows, 2);
    expect_int64(scenario_status(s, &error), STATUS_INVALID);
    expect_text(text_from(error->code), "window_invalid");
    expect_text(text_from(error->field), "windows.1");
}

static void those_of_an_archived_workspace_stay(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    WHEN(s, set_windows, .workspace_id = W2, .windows = {"", 0});
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static void those_of_no_workspace_are_not_told(void)
{
    struct scenario *s = given_a_workspace();

    WHEN(s, query_windows, .workspace_id = W2);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Workspace %s was not found", W2));
}

static const struct test tests[] = {
    TEST(all_of_them_are_set_at_once_and_told),
    TEST(one_that_is_none_is_named),
    TEST(those_of_an_archived_workspace_stay),
    TEST(those_of_no_workspace_are_not_told),
};

const struct suite test_set_windows_suite = SUITE("commands/workspace/set_windows", tests);
