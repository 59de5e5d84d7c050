/*
 * What a sign-in needs to know.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

static void an_account_is_found_by_the_digest_of_its_address(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct sign_in_lookup *facts;

    given_ann(s);
    WHEN(s, query_sign_in, .email_digest = digest_named(s, "ann@example.com"));
    THEN_NOTHING(s);
    facts = ANSWER(s, sign_in_lookup);
    expect(uuid_equal(facts->user_id, U1));
    expect(opt_bool_is_true(facts->is_active));
    expect_int64(facts->role.is, ROLE_PLATFORM_ADMIN);
    expect_int64(facts->session_version, 0);
    expect_text(text_of_bytes(facts->password.box), "$argon2id$");
    expect(uuid_is_present(facts->password_event_id));
}

static void an_unknown_address_has_no_account(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    WHEN(s, query_sign_in, .email_digest = digest_named(s, "bob@example.com"));
    THEN_NOTHING(s);
    expect(!uuid_is_present(ANSWER(s, sign_in_lookup)->user_id));
    expect(!bytes_are_present(ANSWER(s, sign_in_lookup)->password.box));
}

static void an_account_is_found_by_its_id_too(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    WHEN(s, query_sign_in, .user_id = U1);
    expect(uuid_equal(ANSWER(s, sign_in_lookup)->user_id, U1));
}

static void every_event_that_sets_a_password_keeps_it_under_one_tag(void)
{
    static const struct event_type *const setting[] = {
        &user_registered_event, &invitation_accepted_event, &password_changed_event,
        &password_reset_event};

    for (size_t i = 0; i < COUNT_OF(setting); i++)
        expect_int64(
            shape_field(setting[i]->shape, text_lit("password"))->tag, (int64_t)PASSWORD_TAG);
}

static const struct test tests[] = {
    TEST(an_account_is_found_by_the_digest_of_its_address),
    TEST(an_unknown_address_has_no_account),
    TEST(an_account_is_found_by_its_id_too),
    TEST(every_event_that_sets_a_password_keeps_it_under_one_tag),
};

const struct suite test_query_sign_in_suite = SUITE("commands/identity/query_sign_in", tests);
