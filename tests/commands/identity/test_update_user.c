/*
 * Changes to accounts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void expect_session_version(struct scenario *s, struct uuid user_id, int64_t version)
{
    WHEN(s, query_access, .user_id = user_id);
    expect_int64(ANSWER(s, access_lookup)->session_version, version);
}

static void a_name_and_an_address_change_without_ending_sessions(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    WHEN(
        s, update_user, .user_id = U2, .name = {.text = text_lit("Robert")},
        .email = {
            .text = text_lit("rob@example.com"), .digest = digest_named(s, "rob@example.com")});
    THEN_EMITTED(
        s, HAPPENED(
               user_updated, .user_id = U2, .name = sealed(s, "Robert"),
               .email = sealed(s, "rob@example.com")));
    expect_session_version(s, U2, 1);
    WHEN(s, query_sign_in, .email_digest = digest_named(s, "bob@example.com"));
    expect(!uuid_is_present(ANSWER(s, sign_in_lookup)->user_id));
    WHEN(s, query_sign_in, .email_digest = digest_named(s, "rob@example.com"));
    expect(uuid_equal(ANSWER(s, sign_in_lookup)->user_id, U2));
}

static void the_own_address_again_is_no_change(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    WHEN(
        s, update_user, .user_id = U2,
        .email =
            {.text = text_lit("bob@example.com"), .digest = digest_named(s, "bob@example.com")},
        .role = {ROLE_USER}, .is_active = OPT_TRUE);
    THEN_EMITTED(s, HAPPENED(user_updated, .user_id = U2));
    expect_session_version(s, U2, 1);
}

static void the_address_of_somebody_else_is_taken(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob(s);
    WHEN(
        s, update_user, .user_id = U2,
        .email = {
            .text = text_lit("ann@example.com"), .digest = digest_named(s, "ann@example.com")});
    THEN_REFUSED(s, CONFLICT, "A user with this email already exists");
}

static void another_role_ends_all_sessions(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    WHEN(s, update_user, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN});
    THEN_EMITTED(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN}));
    expect_session_version(s, U2, 2);
}

static void whoever_is_deactivated_is_out(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob(s);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_FALSE);
    expect_session_version(s, U2, 2);
    expect(!opt_bool_is_true(ANSWER(s, access_lookup)->is_active));
}

static void the_last_admin_stays_one(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob(s);
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, update_user, .user_id = U1, .role = {ROLE_USER});
    THEN_REFUSED(s, CONFLICT, "At least one active platform admin must remain.");
    WHEN(s, update_user, .user_id = U1, .is_active = OPT_FALSE);
    THEN_REFUSED(s, CONFLICT, "At least one active platform admin must remain.");
}

static void a_pending_admin_does_not_count(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob_invited(s);
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN}));
    WHEN(s, update_user, .user_id = U1, .is_active = OPT_FALSE);
    THEN_REFUSED(s, CONFLICT, "At least one active platform admin must remain.");
}

static void of_two_admins_nobody_weakens_themselves(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob(s);
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_PLATFORM_ADMIN}));
    scenario_actor(s, ACTOR_USER, U1);
    WHEN(s, update_user, .user_id = U1, .is_active = OPT_FALSE);
    THEN_REFUSED(s, INVALID, "You cannot deactivate your own account.");
    WHEN(s, update_user, .user_id = U1, .role = {ROLE_USER});
    THEN_REFUSED(s, INVALID, "You cannot downgrade your own platform admin role.");
    WHEN(s, update_user, .user_id = U2, .role = {ROLE_USER});
    THEN_EMITTED(s, HAPPENED(user_updated, .user_id = U2, .role = {ROLE_USER}));
}

static void whoever_has_not_accepted_is_not_activated(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    WHEN(s, update_user, .user_id = U2, .is_active = OPT_TRUE);
    THEN_REFUSED(
        s, CONFLICT,
        "Pending invited users can only become active after accepting their invitation.");
}

static const struct test tests[] = {
    TEST(a_name_and_an_address_change_without_ending_sessions),
    TEST(the_own_address_again_is_no_change),
    TEST(the_address_of_somebody_else_is_taken),
    TEST(another_role_ends_all_sessions),
    TEST(whoever_is_deactivated_is_out),
    TEST(the_last_admin_stays_one),
    TEST(a_pending_admin_does_not_count),
    TEST(of_two_admins_nobody_weakens_themselves),
    TEST(whoever_has_not_accepted_is_not_activated),
};

const struct suite test_update_user_suite = SUITE("commands/identity/update_user", tests);
