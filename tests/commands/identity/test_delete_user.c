/*
 * Deleting accounts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void an_account_that_belongs_nowhere_is_deleted(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob(s);
    WHEN(s, delete_user, .user_id = U2);
    THEN_EMITTED(s, HAPPENED(user_deleted, .user_id = U2));
    WHEN(s, query_access, .user_id = U2);
    expect(!opt_bool_is_true(ANSWER(s, access_lookup)->user_exists));
}

static void the_last_admin_is_not_deleted(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, delete_user, .user_id = U1);
    THEN_REFUSED(s, CONFLICT, "At least one active platform admin must remain.");
}

static void a_deleted_admin_counts_as_one_no_more(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob(s);
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN}));
    GIVEN(s, HAPPENED(user_deleted, .user_id = U2));
    WHEN(s, update_user, .user_id = U1, .is_active = OPT_FALSE);
    THEN_REFUSED(s, CONFLICT, "At least one active platform admin must remain.");
}

static void nobody_deletes_themselves(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob(s);
    scenario_actor(s, ACTOR_USER, U2);
    WHEN(s, delete_user, .user_id = U2);
    THEN_REFUSED(s, INVALID, "You cannot delete your own account.");
}

static void a_member_of_a_workspace_is_not_deleted(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    GIVEN(
        s, HAPPENED(
               member_added, .membership_id = id_named("m"), .workspace_id = W1, .user_id = U2,
               .role = {MEMBER_VIEWER}));
    WHEN(s, delete_user, .user_id = U2);
    THEN_REFUSED(s, CONFLICT, "Remove this user from all workspaces before deleting the account.");
}

static void nobody_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    WHEN(s, delete_user, .user_id = UUID_NONE);
    THEN_REFUSED(s, NOT_FOUND, "User 00000000-0000-0000-0000-000000000000 was not found");
}

static const struct test tests[] = {
    TEST(an_account_that_belongs_nowhere_is_deleted), TEST(the_last_admin_is_not_deleted),
    TEST(a_deleted_admin_counts_as_one_no_more),      TEST(nobody_deletes_themselves),
    TEST(a_member_of_a_workspace_is_not_deleted),     TEST(nobody_is_not_found),
};

const struct suite test_delete_user_suite = SUITE("commands/identity/delete_user", tests);
