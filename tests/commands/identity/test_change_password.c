/*
 * Changing the own password.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void a_new_password_ends_all_sessions(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    WHEN(
        s, change_password, .user_id = U2, .session_version = 1,
        .password = {.text = text_lit("$argon2id$new")});
    THEN_EMITTED(
        s, HAPPENED(password_changed, .user_id = U2, .password = sealed(s, "$argon2id$new")));
    WHEN(s, query_sign_in, .user_id = U2);
    expect_int64(ANSWER(s, sign_in_lookup)->session_version, 2);
    expect_text(text_of_bytes(ANSWER(s, sign_in_lookup)->password.box), "$argon2id$new");
}

static void of_two_changes_at_once_one_wins(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    GIVEN(s, HAPPENED(password_changed, .user_id = U2, .password = sealed(s, "$argon2id$first")));
    WHEN(
        s, change_password, .user_id = U2, .session_version = 1,
        .password = {.text = text_lit("$argon2id$second")});
    THEN_REFUSED(s, UNAUTHENTICATED, "Current password is incorrect.");
}

static void whoever_has_not_accepted_has_no_password_to_change(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    WHEN(s, change_password, .user_id = U2, .session_version = 0);
    THEN_REFUSED(
        s, INVALID, "This account must finish invitation activation before changing the password.");
}

static const struct test tests[] = {
    TEST(a_new_password_ends_all_sessions),
    TEST(of_two_changes_at_once_one_wins),
    TEST(whoever_has_not_accepted_has_no_password_to_change),
};

const struct suite test_change_password_suite = SUITE("commands/identity/change_password", tests);
