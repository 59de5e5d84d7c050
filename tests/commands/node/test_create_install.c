/*
 * Generated install commands.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

static void an_install_waits_for_a_quarter_of_an_hour(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct install_view *answer;

    given_workspace(s);
    WHEN(
        s, create_install, .workspace_id = W1, .node_name = text_lit("Web 1"),
        .description = text_lit("Front"), .install_id = I1,
        .token_digest = digest_named(s, "token"));
    THEN_EMITTED(
        s,
        HAPPENED(
            install_created, .install_id = I1, .workspace_id = W1, .node_name = text_lit("Web 1"),
            .description = text_lit("Front"), .token_digest = digest_named(s, "token"),
            .expires_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(900) * US_PER_S)));
    answer = ANSWER(s, install_view);
    expect(uuid_equal(answer->install_id, I1));
    expect_int64(answer->status.is, INSTALL_PENDING);
    expect_text(answer->stage, "command_generated");
    expect_int64(answer->progress_percent, 5);
    expect_text(
        answer->status_message,
        "Install command generated. Run it on the target server to start bootstrap.");
    expect(!timestamp_is_present(answer->started_at));
    expect_int64(answer->created_at.us, scenario_recorded(s, 0).us);
}

static void an_archived_workspace_takes_no_install(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    WHEN(s, create_install, .workspace_id = W2, .node_name = text_lit("Web 1"), .install_id = I1);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static void an_install_for_a_team_that_is_not_there_is_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(
        s, create_install, .workspace_id = W1, .node_name = text_lit("Web 1"), .install_id = I1,
        .team_id = {{0x11, [6] = 0x40, [8] = 0x80}});
    THEN_REFUSED(s, NOT_FOUND, "Team 11000000-0000-4000-8000-000000000000 was not found");
}

static const struct test tests[] = {
    TEST(an_install_waits_for_a_quarter_of_an_hour),
    TEST(an_archived_workspace_takes_no_install),
    TEST(an_install_for_a_team_that_is_not_there_is_refused),
};

const struct suite test_create_install_suite = SUITE("commands/node/create_install", tests);
