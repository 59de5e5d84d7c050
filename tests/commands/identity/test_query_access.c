/*
 * Who somebody is and what they may do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

static void a_member_is_known_with_their_role(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct access_lookup *facts;

    given_ann(s);
    given_workspace(s);
    GIVEN(
        s, HAPPENED(
               member_added, .membership_id = id_named("m"), .workspace_id = W1, .user_id = U1,
               .role = {MEMBER_VIEWER}));
    WHEN(s, query_access, .user_id = U1, .workspace_id = W1);
    THEN_NOTHING(s);
    facts = ANSWER(s, access_lookup);
    expect(opt_bool_is_true(facts->user_exists));
    expect(opt_bool_is_true(facts->is_active));
    expect_int64(facts->role.is, ROLE_PLATFORM_ADMIN);
    expect(opt_bool_is_true(facts->workspace_exists));
    expect_int64(facts->member_role.is, MEMBER_VIEWER);
}

static void a_stranger_is_nobody_anywhere(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct access_lookup *facts;

    given_archived_workspace(s);
    WHEN(s, query_access, .user_id = U2, .workspace_id = W2);
    facts = ANSWER(s, access_lookup);
    expect(!opt_bool_is_true(facts->user_exists));
    expect(!opt_bool_is_true(facts->is_active));
    expect_int64(facts->member_role.is, 0);
}

static void a_workspace_that_is_not_there_is_said_to_be_missing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    WHEN(s, query_access, .user_id = U1, .workspace_id = W1);
    expect(!opt_bool_is_true(ANSWER(s, access_lookup)->workspace_exists));
}

static void accounts_workspaces_and_members_change_access(void)
{
    static const struct event_type *const changing[] = {
        &user_registered_event,     &user_created_event,
        &invitation_accepted_event, &user_updated_event,
        &user_deleted_event,        &password_changed_event,
        &password_reset_event,      &workspace_created_event,
        &workspace_changed_event,   &workspace_deleted_event,
        &member_added_event,        &member_role_changed_event,
        &member_removed_event,      &factor_enabled_event,
        &factor_disabled_event,     &recovery_codes_replaced_event,
        &sessions_ended_event,      &sign_in_rules_changed_event,
        &security_key_added_event,  &security_key_removed_event,
    };
    struct record records[] = {{.type = &user_signed_in_event}, {.type = NULL}, {.type = NULL}};

    expect(!identity_changes_access(records, COUNT_OF(records)));
    for (size_t i = 0; i < COUNT_OF(changing); i++) {
        records[2].type = changing[i];
        expect_at(
            identity_changes_access(records, COUNT_OF(records)), __FILE__, __LINE__,
            changing[i]->name);
    }
}

static const struct test tests[] = {
    TEST(a_member_is_known_with_their_role),
    TEST(a_stranger_is_nobody_anywhere),
    TEST(a_workspace_that_is_not_there_is_said_to_be_missing),
    TEST(accounts_workspaces_and_members_change_access),
};

const struct suite test_query_access_suite = SUITE("commands/identity/query_access", tests);
