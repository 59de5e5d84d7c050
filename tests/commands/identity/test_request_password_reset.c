/*
 * Forgotten passwords.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void when_bob_forgot(struct scenario *s, const char *reset)
{
    WHEN(
        s, request_password_reset,
        .email =
            {.text = text_lit("bob@example.com"), .digest = digest_named(s, "bob@example.com")},
        .reset_id = id_named(reset), .token_digest = digest_named(s, reset));
}

static void an_active_account_is_mailed_a_token_for_an_hour(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    when_bob_forgot(s, "reset 1");
    THEN_EMITTED(
        s, HAPPENED(
               password_reset_requested, .user_id = U2, .reset_id = R1,
               .token_digest = digest_named(s, "reset 1"),
               .expires_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(3600) * US_PER_S)));
}

static void an_unknown_a_pending_and_an_inactive_account_are_mailed_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    when_bob_forgot(s, "reset 1");
    THEN_NOTHING(s);
    given_bob_invited(s);
    when_bob_forgot(s, "reset 1");
    THEN_NOTHING(s);
    GIVEN(
        s,
        HAPPENED(
            invitation_accepted, .user_id = U2, .invitation_id = I1,
            .password = sealed(s, "$argon2id$bob")),
        HAPPENED(user_updated, .user_id = U2, .is_active = OPT_FALSE));
    when_bob_forgot(s, "reset 1");
    THEN_NOTHING(s);
}

static void an_account_is_mailed_five_times_an_hour_at_most(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");
    static const char *const names[] = {"a", "b", "c", "d", "e"};
    static const char *const later[] = {"g", "h", "i", "j", "k"};

    given_bob(s);
    for (size_t i = 0; i < 5; i++)
        when_bob_forgot(s, names[i]);
    expect_int64(scenario_size(s), 8);
    when_bob_forgot(s, "f");
    THEN_NOTHING(s);
    scenario_pass(s, 3601);
    for (size_t i = 0; i < 5; i++)
        when_bob_forgot(s, later[i]);
    expect_int64(scenario_size(s), 13);
    when_bob_forgot(s, "l");
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(an_active_account_is_mailed_a_token_for_an_hour),
    TEST(an_unknown_a_pending_and_an_inactive_account_are_mailed_nothing),
    TEST(an_account_is_mailed_five_times_an_hour_at_most),
};

const struct suite test_request_password_reset_suite =
    SUITE("commands/identity/request_password_reset", tests);
