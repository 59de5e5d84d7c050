/*
 * Giving members other roles.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

#define M1 id_named("membership 1")
#define M2 id_named("membership 2")

static void a_member_has_another_role(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_member(s, M1, W1, U1, MEMBER_VIEWER);
    WHEN(s, change_member, .workspace_id = W1, .membership_id = M1, .role = {MEMBER_ADMIN});
    THEN_EMITTED(
        s, HAPPENED(
               member_role_changed, .membership_id = M1, .workspace_id = W1, .user_id = U1,
               .role = {MEMBER_ADMIN}));
}

static void the_same_role_again_is_no_news(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_member(s, M1, W1, U1, MEMBER_OWNER);
    given_member(s, M2, W1, U2, MEMBER_ADMIN);
    WHEN(s, change_member, .workspace_id = W1, .membership_id = M1, .role = {MEMBER_OWNER});
    THEN_NOTHING(s);
    WHEN(s, change_member, .workspace_id = W1, .membership_id = M2, .role = {MEMBER_ADMIN});
    THEN_NOTHING(s);
}

static void the_last_owner_stays_one_until_there_is_another(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_member(s, M1, W1, U1, MEMBER_OWNER);
    given_member(s, M2, W1, U2, MEMBER_ADMIN);
    WHEN(s, change_member, .workspace_id = W1, .membership_id = M1, .role = {MEMBER_ADMIN});
    THEN_REFUSED(s, CONFLICT, "The last owner of a workspace cannot be removed or demoted.");
    WHEN(s, change_member, .workspace_id = W1, .membership_id = M2, .role = {MEMBER_OWNER});
    WHEN(s, change_member, .workspace_id = W1, .membership_id = M1, .role = {MEMBER_ADMIN});
    THEN_EMITTED(
        s, HAPPENED(
               member_role_changed, .membership_id = M1, .workspace_id = W1, .user_id = U1,
               .role = {MEMBER_ADMIN}));
}

static void a_membership_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    given_workspace_called(s, W2, "two");
    given_member(s, M1, W1, U1, MEMBER_VIEWER);
    WHEN(s, change_member, .workspace_id = W2, .membership_id = M1, .role = {MEMBER_ADMIN});
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Workspace membership %s was not found", M1));
}

static const struct test tests[] = {
    TEST(a_member_has_another_role),
    TEST(the_same_role_again_is_no_news),
    TEST(the_last_owner_stays_one_until_there_is_another),
    TEST(a_membership_of_another_workspace_is_not_found),
};

const struct suite test_change_member_suite = SUITE("commands/workspace/change_member", tests);
