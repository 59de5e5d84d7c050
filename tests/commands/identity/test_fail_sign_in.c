/*
 * Failed sign-ins.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

static void a_wrong_password_is_kept_as_evidence_against_the_account(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, fail_sign_in, .user_id = U1, .email_digest = digest_named(s, "ann"),
        .failure = {FAILURE_PASSWORD});
    THEN_EMITTED(
        s, EVIDENCE(
               sign_in_failed, .user_id = U1, .email_digest = digest_named(s, "ann"),
               .failure = {FAILURE_PASSWORD}));
}

static void of_an_unknown_person_only_the_digest_is_kept(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, fail_sign_in, .email_digest = digest_named(s, "bob"), .failure = {FAILURE_UNKNOWN});
    THEN_EMITTED(
        s,
        EVIDENCE(
            sign_in_failed, .email_digest = digest_named(s, "bob"), .failure = {FAILURE_UNKNOWN}));
}

static const struct test tests[] = {
    TEST(a_wrong_password_is_kept_as_evidence_against_the_account),
    TEST(of_an_unknown_person_only_the_digest_is_kept),
};

const struct suite test_fail_sign_in_suite = SUITE("commands/identity/fail_sign_in", tests);
