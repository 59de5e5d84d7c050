/*
 * Accounts that are made for others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void when_bob_is_created(struct scenario *s)
{
    WHEN(
        s, create_user,
        .email =
            {.text = text_lit("bob@example.com"), .digest = digest_named(s, "bob@example.com")},
        .name = {.text = text_lit("Bob")}, .role = {ROLE_USER}, .invitation_id = I1,
        .token_digest = digest_named(s, "invitation 1"));
}

static void a_new_account_is_pending_and_invited(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    when_bob_is_created(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            user_created, .user_id = scenario_made(s, 0), .email = sealed(s, "bob@example.com"),
            .name = sealed(s, "Bob"), .role = {ROLE_USER}, .timezone = text_lit("UTC")),
        HAPPENED(
            user_invited, .user_id = scenario_made(s, 0), .invitation_id = I1,
            .token_digest = digest_named(s, "invitation 1"),
            .expires_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(72) * 3600 * US_PER_S),
            .is_again = OPT_FALSE));
}

static void an_address_has_one_account(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    when_bob_is_created(s);
    THEN_REFUSED(s, CONFLICT, "A user with this email already exists");
}

static void the_address_of_a_deleted_account_is_free(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    GIVEN(s, HAPPENED(user_deleted, .user_id = U2));
    when_bob_is_created(s);
    expect_int64(scenario_size(s), 5);
}

static const struct test tests[] = {
    TEST(a_new_account_is_pending_and_invited),
    TEST(an_address_has_one_account),
    TEST(the_address_of_a_deleted_account_is_free),
};

const struct suite test_create_user_suite = SUITE("commands/identity/create_user", tests);
