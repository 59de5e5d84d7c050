/*
 * Ann, an admin, and Bob, who is invited.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/people.h"

#include "eventlog/events/identity_events.h"

#define NOON at("2026-03-22T12:00:00Z")

void given_ann(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               user_registered, .user_id = U1, .email = sealed(s, "ann@example.com"),
               .name = sealed(s, "Ann"), .password = sealed(s, "$argon2id$"),
               .role = {ROLE_PLATFORM_ADMIN}, .timezone = text_lit("UTC")));
}

void given_bob_invited(struct scenario *s)
{
    GIVEN(
        s,
        HAPPENED(
            user_created, .user_id = U2, .email = sealed(s, "bob@example.com"),
            .name = sealed(s, "Bob"), .role = {ROLE_USER}, .timezone = text_lit("UTC")),
        HAPPENED(
            user_invited, .user_id = U2, .invitation_id = I1,
            .token_digest = digest_named(s, "invitation 1"), .expires_at = NOON,
            .is_again = OPT_FALSE));
}

void given_bob(struct scenario *s)
{
    given_bob_invited(s);
    GIVEN(
        s, HAPPENED(
               invitation_accepted, .user_id = U2, .invitation_id = I1,
               .password = sealed(s, "$argon2id$bob")));
}

struct scenario *given_ann_and_bob(void)
{
    struct scenario *s = scenario_at("2026-03-22T10:00:00Z");

    given_ann(s);
    given_bob(s);
    scenario_actor(s, ACTOR_USER, U1);
    return s;
}

void given_bob_forgot(struct scenario *s)
{
    GIVEN(
        s, HAPPENED(
               password_reset_requested, .user_id = U2, .reset_id = R1,
               .token_digest = digest_named(s, "reset 1"), .expires_at = NOON));
}
