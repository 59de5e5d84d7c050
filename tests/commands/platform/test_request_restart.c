/*
 * A restart is asked for once of each run of the server, however often people ask.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/platform/platform_commands.h"
#include "tests/support/opened_ledger.h"

static void a_restart_is_asked_of_the_run_that_there_is(void)
{
    struct scenario *s = given_opened_ledger();

    scenario_policy(s)->boot = id_named("run 1");
    WHEN(s, request_restart, .any = OPT_TRUE);
    THEN_EMITTED(s, HAPPENED(restart_requested, .boot = id_named("run 1")));
    expect(!opt_bool_is_true(ANSWER(s, requested_restart)->is_repeat));
}

static void asked_for_again_it_is_the_same_one(void)
{
    struct scenario *s = given_opened_ledger();
    struct timestamp first;

    scenario_policy(s)->boot = id_named("run 1");
    WHEN(s, request_restart, .any = OPT_TRUE);
    first = ANSWER(s, requested_restart)->requested_at;
    scenario_pass(s, 5);
    WHEN(s, request_restart, .any = OPT_TRUE);
    THEN_NOTHING(s);
    expect(opt_bool_is_true(ANSWER(s, requested_restart)->is_repeat));
    expect_int64(ANSWER(s, requested_restart)->requested_at.us, first.us);
}

static void the_next_run_can_be_restarted_again(void)
{
    struct scenario *s = given_opened_ledger();

    GIVEN(s, HAPPENED(restart_requested, .boot = id_named("run 1")));
    scenario_policy(s)->boot = id_named("run 2");
    WHEN(s, request_restart, .any = OPT_TRUE);
    THEN_EMITTED(s, HAPPENED(restart_requested, .boot = id_named("run 2")));
}

static void without_a_ledger_nothing_is_restarted(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, request_restart, .any = OPT_TRUE);
    THEN_REFUSED(s, UNAVAILABLE, "The ledger has not begun yet");
}

static const struct test tests[] = {
    TEST(a_restart_is_asked_of_the_run_that_there_is),
    TEST(asked_for_again_it_is_the_same_one),
    TEST(the_next_run_can_be_restarted_again),
    TEST(without_a_ledger_nothing_is_restarted),
};
extern const struct suite test_request_restart_suite;
const struct suite test_request_restart_suite = SUITE("commands/platform/request_restart", tests);
