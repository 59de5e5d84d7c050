/*
 * Wanted root access, until the agent's report settles it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

static void a_wish_is_recorded(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, want_root_access, .workspace_id = W1, .id = N1, .profile = {ROOT_TASK});
    THEN_EMITTED(s, HAPPENED(node_root_access_wanted, .node_id = N1, .profile = {ROOT_TASK}));
}

static void a_claim_tells_the_agent_what_is_wanted_and_since_when(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp since;

    given_node(s);
    WHEN(s, want_root_access, .id = N1, .profile = {ROOT_ALL});
    since = scenario_recorded(s, 0);
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    expect_int64(ANSWER(s, claim_answer)->root_profile.is, ROOT_ALL);
    expect_int64(ANSWER(s, claim_answer)->root_updated_at.us, since.us);
}

static void the_report_of_the_wanted_profile_applies_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct root_access_report report = {.applied_profile = {ROOT_TASK}};

    given_node(s);
    GIVEN(s, HAPPENED(node_root_access_wanted, .node_id = N1, .profile = {ROOT_TASK}));
    WHEN(
        s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .root_access = &report);
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_TASK},
               .sync = {ROOT_APPLIED}));
}

static void wanting_the_same_again_forgets_the_error_and_hears_it_anew(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct root_access_report report = {.last_error = text_lit("no helper")};

    given_node(s);
    GIVEN(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_OFF},
               .sync = {ROOT_FAILED}, .last_error = text_lit("no helper")));
    WHEN(s, want_root_access, .id = N1, .profile = {ROOT_OFF});
    WHEN(
        s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .root_access = &report);
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_OFF},
               .sync = {ROOT_FAILED}, .last_error = text_lit("no helper")));
}

static void an_archived_workspace_keeps_its_wishes(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    given_another_node(s, N2, W2, "old-1");
    WHEN(s, want_root_access, .id = N2, .profile = {ROOT_OFF});
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static const struct test tests[] = {
    TEST(a_wish_is_recorded),
    TEST(a_claim_tells_the_agent_what_is_wanted_and_since_when),
    TEST(the_report_of_the_wanted_profile_applies_it),
    TEST(wanting_the_same_again_forgets_the_error_and_hears_it_anew),
    TEST(an_archived_workspace_keeps_its_wishes),
};

const struct suite test_want_root_access_suite = SUITE("commands/node/want_root_access", tests);
