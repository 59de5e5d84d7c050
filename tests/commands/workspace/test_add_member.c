/*
 * Taking people into workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

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

static void an_invited_person_becomes_a_member_once_it_is_accepted_and_while_active(void)
{
    static const char *const refused = "Only active accepted users can be added to a workspace.";
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_bob_invited(s);
    WHEN(s, add_member, .workspace_id = W1, .user_id = U2, .role = {MEMBER_VIEWER});
    THEN_REFUSED(s, INVALID, refused);
    GIVEN(
        s, HAPPENED(invitation_accepted, .user_id = U2, .invitation_id = I1),
        HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE));
    WHEN(s, add_member, .workspace_id = W1, .user_id = U2, .role = {MEMBER_VIEWER});
    THEN_REFUSED(s, INVALID, refused);
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_TRUE));
    WHEN(s, add_member, .workspace_id = W1, .user_id = U2, .role = {MEMBER_VIEWER});
    expect(uuid_is_present(scenario_made(s, 0)));
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
    TEST(an_invited_person_becomes_a_member_once_it_is_accepted_and_while_active),
    TEST(an_archived_workspace_takes_nobody),
};

const struct suite test_add_member_suite = SUITE("commands/workspace/add_member", tests);
