/*
 * Further invitations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "eventlog/events/identity_events.h"
#include "tests/support/expect.h"
#include "tests/support/people.h"

static void when_bob_is_invited_again(struct scenario *s)
{
    WHEN(
        s, resend_invitation, .user_id = U2, .invitation_id = id_named("invitation 2"),
        .token_digest = digest_named(s, "invitation 2"));
}

static void whoever_has_not_accepted_is_invited_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");
    const struct invitation_sent *sent;

    given_bob_invited(s);
    when_bob_is_invited_again(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            user_invited, .user_id = U2, .invitation_id = id_named("invitation 2"),
            .token_digest = digest_named(s, "invitation 2"),
            .expires_at = timestamp_plus_us(scenario_recorded(s, 0), INT64_C(72) * 3600 * US_PER_S),
            .is_again = OPT_TRUE));
    sent = ANSWER(s, invitation_sent);
    expect(opt_bool_is_true(sent->sent));
    expect(uuid_equal(sent->user_id, U2));
}

static void the_invitation_before_is_void(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob_invited(s);
    when_bob_is_invited_again(s);
    WHEN(s, accept_invitation, .token_digest = digest_named(s, "invitation 1"));
    THEN_REFUSED(s, GONE, "Invitation token has expired or was revoked.");
    WHEN(
        s, accept_invitation, .token_digest = digest_named(s, "invitation 2"),
        .password = {.text = text_lit("$argon2id$bob")});
    expect_int64(scenario_size(s), 4);
}

static void whoever_has_accepted_is_not_invited_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_bob(s);
    when_bob_is_invited_again(s);
    THEN_REFUSED(s, CONFLICT, "Only pending invited users can receive another invitation.");
}

static void nobody_is_not_invited(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    when_bob_is_invited_again(s);
    expect_int64(scenario_size(s), 0);
}

static const struct test tests[] = {
    TEST(whoever_has_not_accepted_is_invited_again),
    TEST(the_invitation_before_is_void),
    TEST(whoever_has_accepted_is_not_invited_again),
    TEST(nobody_is_not_invited),
};

const struct suite test_resend_invitation_suite =
    SUITE("commands/identity/resend_invitation", tests);
