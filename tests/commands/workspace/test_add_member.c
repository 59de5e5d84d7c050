/*
 * Taking people into workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

static void somebody_with_an_account_becomes_a_member_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_account(s, U1, "ada");
    WHEN(s, add_member, .workspace_id = W1, .user_id = U1, .role = {MEMBER_VIEWER});
    THEN_EMITTED(
        s, HAPPENED(
               member_added, .membership_id = scenario_made(s, 0), .workspace_id = W1,
               .user_id = U1, .role = {MEMBER_VIEWER}));
    WHEN(s, add_member, .workspace_id = W1, .user_id = U1, .role = {MEMBER_ADMIN});
    THEN_REFUSED(s, CONFLICT, "This user is already a member of the workspace.");
}

static void a_stranger_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(s, add_member, .workspace_id = W1, .user_id = U1, .role = {MEMBER_VIEWER});
    THEN_REFUSED(s, NOT_FOUND, naming(s, "User %s was not found.", U1));
}

static void an_archived_workspace_takes_nobody(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    given_account(s, U1, "ada");
    WHEN(s, add_member, .workspace_id = W2, .user_id = U1, .role = {MEMBER_VIEWER});
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static const struct test tests[] = {
    TEST(somebody_with_an_account_becomes_a_member_once),
    TEST(a_stranger_is_not_found),
    TEST(an_archived_workspace_takes_nobody),
};

const struct suite test_add_member_suite = SUITE("commands/workspace/add_member", tests);
