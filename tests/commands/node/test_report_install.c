/*
 * Installers that tell where they stand.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

static void given_install(struct scenario *s)
{
    given_workspace(s);
    GIVEN(
        s, HAPPENED(
               install_created, .install_id = I1, .workspace_id = W1,
               .node_name = text_lit("Web 1"), .token_digest = digest_named(s, "token"),
               .expires_at = timestamp_plus_us(scenario_now(s), INT64_C(900) * US_PER_S)));
}

/* Statuses as an installer may report them. */
enum { SAYS_INSTALLING = 1, SAYS_COMPLETED, SAYS_FAILED };

static void
when_the_installer_reports(struct scenario *s, const char *stage, int64_t status, int64_t percent)
{
    WHEN(
        s, report_install, .token_digest = digest_named(s, "token"), .stage = text_from(stage),
        .status = {status}, .progress_percent = percent);
}

static void an_installer_that_began_is_installing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct install_view *answer;

    given_install(s);
    when_the_installer_reports(s, "installer_started", 0, 10);
    THEN_EMITTED(
        s, HAPPENED(
               install_progressed, .install_id = I1, .status = {INSTALL_INSTALLING},
               .stage = text_lit("installer_started"), .progress_percent = 10,
               .status_message = text_lit("Installer started on the target server.")));
    answer = ANSWER(s, install_view);
    expect_int64(answer->status.is, INSTALL_INSTALLING);
    expect_int64(answer->started_at.us, scenario_recorded(s, 0).us);
}

static void a_report_without_a_percentage_keeps_the_one_before(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    when_the_installer_reports(s, "dependencies_ready", 0, 40);
    WHEN(
        s, report_install, .token_digest = digest_named(s, "token"), .stage = text_lit("own stage"),
        .progress_percent = INT64_ABSENT, .status_message = text_lit("In my words"));
    THEN_EMITTED(
        s, HAPPENED(
               install_progressed, .install_id = I1, .status = {INSTALL_INSTALLING},
               .stage = text_lit("own stage"), .progress_percent = 40,
               .status_message = text_lit("In my words")));
}

static void stages_without_a_text_of_their_own_get_a_plain_one(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    when_the_installer_reports(s, "own stage", SAYS_INSTALLING, 40);
    expect_text(ANSWER(s, install_view)->status_message, "Installer progress updated.");
    when_the_installer_reports(s, "own stage", SAYS_COMPLETED, 100);
    expect_text(
        ANSWER(s, install_view)->status_message, "Agent installation completed successfully.");
}

static void what_has_failed_stays_failed(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    when_the_installer_reports(s, "broken", SAYS_FAILED, 40);
    expect_text(
        ANSWER(s, install_view)->status_message,
        "Installer reported a failure. Inspect the server output for details.");
    when_the_installer_reports(s, "completed", SAYS_COMPLETED, 100);
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, install_view)->status.is, INSTALL_FAILED);
    when_the_installer_reports(s, "completed", 0, 100);
    THEN_NOTHING(s);
}

static void the_same_end_may_be_told_in_other_words(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    when_the_installer_reports(s, "broken", SAYS_FAILED, 40);
    when_the_installer_reports(s, "very broken", SAYS_FAILED, 41);
    expect_text(ANSWER(s, install_view)->stage, "very broken");
}

static void an_unknown_token_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    when_the_installer_reports(s, "installer_started", 0, 10);
    THEN_REFUSED(s, NOT_FOUND, "Bootstrap token was not found");
}

static void an_unused_token_ends(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    scenario_pass(s, 901);
    when_the_installer_reports(s, "installer_started", 0, 10);
    THEN_REFUSED(s, GONE, "Bootstrap token has expired");
}

static void a_used_token_reports_for_as_long_as_it_takes(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    GIVEN(
        s, HAPPENED(
               install_consumed, .install_id = I1, .node_id = N1, .hostname = text_lit("web-1"),
               .credential_digest = digest_named(s, "fresh"), .is_repeat = OPT_FALSE));
    scenario_pass(s, 3600);
    when_the_installer_reports(s, "service_started", SAYS_COMPLETED, 100);
    expect_int64(ANSWER(s, install_view)->status.is, INSTALL_COMPLETED);
}

static const struct test tests[] = {
    TEST(an_installer_that_began_is_installing),
    TEST(a_report_without_a_percentage_keeps_the_one_before),
    TEST(stages_without_a_text_of_their_own_get_a_plain_one),
    TEST(what_has_failed_stays_failed),
    TEST(the_same_end_may_be_told_in_other_words),
    TEST(an_unknown_token_is_not_found),
    TEST(an_unused_token_ends),
    TEST(a_used_token_reports_for_as_long_as_it_takes),
};

const struct suite test_report_install_suite = SUITE("commands/node/report_install", tests);
