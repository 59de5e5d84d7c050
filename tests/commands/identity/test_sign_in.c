/*
 * Signing in.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

static void a_sign_in_is_recorded(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1, .session_version = 0);
    THEN_EMITTED(s, SIGNED_IN(s, BY_PASSWORD));
}

static void nobody_signs_in_after_their_sessions_were_ended(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1, .session_version = 7);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static void nobody_signs_in_without_an_account(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, sign_in, .user_id = U1, .session_id = SESSION_1, .session_version = 0);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid email or password");
}

static const struct test tests[] = {
    TEST(a_sign_in_is_recorded),
    TEST(nobody_signs_in_after_their_sessions_were_ended),
    TEST(nobody_signs_in_without_an_account),
};

const struct suite test_sign_in_suite = SUITE("commands/identity/sign_in", tests);
