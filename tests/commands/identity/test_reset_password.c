/*
 * Replacing forgotten passwords.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void when_it_is_reset(struct scenario *s, const char *digest)
{
    WHEN(
        s, reset_password, .token_digest = digest_named(s, digest),
        .password = {.text = text_lit("$argon2id$new")});
}

static void a_token_replaces_the_password_and_ends_all_sessions(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    given_bob_forgot(s);
    when_it_is_reset(s, "reset 1");
    THEN_EMITTED(
        s,
        HAPPENED(
            password_reset, .user_id = U2, .reset_id = R1, .password = sealed(s, "$argon2id$new")));
    WHEN(s, query_sign_in, .user_id = U2);
    expect_int64(ANSWER(s, sign_in_lookup)->session_version, 2);
}

static void a_token_works_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    given_bob_forgot(s);
    when_it_is_reset(s, "reset 1");
    when_it_is_reset(s, "reset 1");
    THEN_REFUSED(s, CONFLICT, "Password reset token has already been used.");
}

static void a_newer_token_voids_the_older(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    given_bob_forgot(s);
    GIVEN(
        s,
        HAPPENED(
            password_reset_requested, .user_id = U2, .reset_id = id_named("reset 2"),
            .token_digest = digest_named(s, "reset 2"), .expires_at = at("2026-03-22T12:00:00Z")));
    when_it_is_reset(s, "reset 1");
    THEN_REFUSED(s, GONE, "Password reset token has expired or was revoked.");
    when_it_is_reset(s, "reset 2");
    expect_int64(scenario_size(s), 6);
}

static void a_token_ends(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    given_bob_forgot(s);
    scenario_pass(s, 2 * 3600);
    when_it_is_reset(s, "reset 1");
    THEN_REFUSED(s, GONE, "Password reset token has expired or was revoked.");
}

static void whoever_was_deactivated_meanwhile_does_not_reset(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    given_bob_forgot(s);
    GIVEN(s, HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE));
    when_it_is_reset(s, "reset 1");
    THEN_REFUSED(s, CONFLICT, "Only active accepted accounts can reset their password.");
}

static const struct test tests[] = {
    TEST(a_token_replaces_the_password_and_ends_all_sessions),
    TEST(a_token_works_once),
    TEST(a_newer_token_voids_the_older),
    TEST(a_token_ends),
    TEST(whoever_was_deactivated_meanwhile_does_not_reset),
};

const struct suite test_reset_password_suite = SUITE("commands/identity/reset_password", tests);
