/*
 * What a mailed token is good for.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void a_good_token_tells_whose_it_is_and_until_when(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");
    const struct mailed_token_lookup *facts;

    given_bob_invited(s);
    WHEN(
        s, query_mailed_token, .purpose = {MAILED_INVITATION},
        .token_digest = digest_named(s, "invitation 1"));
    THEN_NOTHING(s);
    facts = ANSWER(s, mailed_token_lookup);
    expect(uuid_equal(facts->user_id, U2));
    expect(facts->expires_at.us == at("2026-03-22T12:00:00Z").us);
}

static void a_token_of_one_purpose_is_unknown_to_the_other(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    WHEN(
        s, query_mailed_token, .purpose = {MAILED_RESET},
        .token_digest = digest_named(s, "invitation 1"));
    THEN_REFUSED(s, NOT_FOUND, "Password reset token was not found.");
}

static void a_used_token_is_refused_as_its_order_would_be(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    WHEN(
        s, query_mailed_token, .purpose = {MAILED_INVITATION},
        .token_digest = digest_named(s, "invitation 1"));
    THEN_REFUSED(s, CONFLICT, "Invitation token has already been used.");
}

static const struct test tests[] = {
    TEST(a_good_token_tells_whose_it_is_and_until_when),
    TEST(a_token_of_one_purpose_is_unknown_to_the_other),
    TEST(a_used_token_is_refused_as_its_order_would_be),
};

const struct suite test_query_mailed_token_suite =
    SUITE("commands/identity/query_mailed_token", tests);
