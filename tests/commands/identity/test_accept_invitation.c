/*
 * Accepting invitations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void when_it_is_accepted(struct scenario *s)
{
    WHEN(
        s, accept_invitation, .token_digest = digest_named(s, "invitation 1"),
        .password = {.text = text_lit("$argon2id$bob")});
}

static void an_accepted_invitation_makes_the_account_active(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");
    const struct sign_in_lookup *facts;

    given_bob_invited(s);
    when_it_is_accepted(s);
    THEN_EMITTED(
        s, HAPPENED(
               invitation_accepted, .user_id = U2, .invitation_id = I1,
               .password = sealed(s, "$argon2id$bob")));
    WHEN(s, query_sign_in, .email_digest = digest_named(s, "bob@example.com"));
    facts = ANSWER(s, sign_in_lookup);
    expect(opt_bool_is_true(facts->is_active));
    expect_text(text_of_bytes(facts->password.box), "$argon2id$bob");
    expect_int64(facts->session_version, 1);
}

static void it_is_accepted_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    when_it_is_accepted(s);
    when_it_is_accepted(s);
    THEN_REFUSED(s, CONFLICT, "Invitation token has already been used.");
}

static void it_is_not_accepted_when_its_time_is_over(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    scenario_pass(s, 2 * 3600);
    when_it_is_accepted(s);
    THEN_REFUSED(s, GONE, "Invitation token has expired or was revoked.");
}

static void an_unknown_token_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    when_it_is_accepted(s);
    THEN_REFUSED(s, NOT_FOUND, "Invitation token was not found.");
}

static void the_invitation_of_a_deleted_account_is_void(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    GIVEN(s, HAPPENED(user_deleted, .user_id = U2));
    when_it_is_accepted(s);
    THEN_REFUSED(s, GONE, "Invitation token has expired or was revoked.");
}

static const struct test tests[] = {
    TEST(an_accepted_invitation_makes_the_account_active), TEST(it_is_accepted_once),
    TEST(it_is_not_accepted_when_its_time_is_over),        TEST(an_unknown_token_is_not_found),
    TEST(the_invitation_of_a_deleted_account_is_void),
};

const struct suite test_accept_invitation_suite =
    SUITE("commands/identity/accept_invitation", tests);
