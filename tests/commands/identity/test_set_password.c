/*
 * A password set by an operator at the machine.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static struct personal bobs_address(struct scenario *s)
{
    return (struct personal){
        .text = text_lit("bob@example.com"), .digest = digest_named(s, "bob@example.com")};
}

static void a_password_can_be_set_without_the_old_one_and_ends_all_sessions(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    WHEN(
        s, set_password, .email = bobs_address(s), .password = {.text = text_lit("$argon2id$new")});
    THEN_EMITTED(
        s, HAPPENED(password_changed, .user_id = U2, .password = sealed(s, "$argon2id$new")));
    WHEN(s, query_sign_in, .user_id = U2);
    expect_int64(ANSWER(s, sign_in_lookup)->session_version, 2);
}

static void an_account_that_is_not_there_or_not_accepted_gets_none(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    WHEN(s, set_password, .email = bobs_address(s));
    THEN_REFUSED(s, NOT_FOUND, "User of that address was not found");
    given_bob_invited(s);
    WHEN(s, set_password, .email = bobs_address(s));
    THEN_REFUSED(
        s, INVALID, "This account must finish invitation activation before changing the password.");
}

static const struct test tests[] = {
    TEST(a_password_can_be_set_without_the_old_one_and_ends_all_sessions),
    TEST(an_account_that_is_not_there_or_not_accepted_gets_none),
};

const struct suite test_set_password_suite = SUITE("commands/identity/set_password", tests);
