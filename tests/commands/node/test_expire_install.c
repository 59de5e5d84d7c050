/*
 * Installs that nobody used.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node.h"
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

static void an_install_that_nobody_used_ends(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    scenario_pass(s, 899);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(install_expired, .install_id = I1));
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static void an_install_that_was_used_never_ends(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    GIVEN(
        s, HAPPENED(
               install_consumed, .install_id = I1, .node_id = N1, .hostname = text_lit("web-1"),
               .credential_digest = digest_named(s, "fresh"), .is_repeat = OPT_FALSE));
    expect_int64(scenario_timers(s, TIMER_INSTALL), 0);
    scenario_pass(s, 3600);
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static void a_token_of_an_ended_install_has_expired(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    GIVEN(s, HAPPENED(install_expired, .install_id = I1));
    WHEN(
        s, consume_install, .token_digest = digest_named(s, "token"),
        .hostname = text_lit("web-1"));
    THEN_REFUSED(s, GONE, "Bootstrap token has expired");
}

static void the_install_that_is_over_first_ends_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid other = id_named("install 2");

    given_install(s);
    GIVEN(
        s, HAPPENED(
               install_created, .install_id = other, .workspace_id = W1,
               .node_name = text_lit("Web 2"), .token_digest = digest_named(s, "other"),
               .expires_at = timestamp_plus_us(scenario_now(s), INT64_C(901) * US_PER_S)));
    scenario_pass(s, 3600);
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(install_expired, .install_id = I1));
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(install_expired, .install_id = other));
}

static void whoever_looks_before_the_clock_sees_it_ended_too(void)
{
    struct install_view install = {.status = {INSTALL_COMPLETED}, .expires_at = {1000}};

    install_show_expiry(&install, (struct timestamp){999});
    expect_int64(install.status.is, INSTALL_COMPLETED);
    install_show_expiry(&install, (struct timestamp){1000});
    expect_int64(install.status.is, INSTALL_EXPIRED);
    expect_text(install.stage, "expired");
    expect_text(
        install.status_message, "Bootstrap token expired before installation finished. Generate a"
                                " fresh install command.");
}

static void an_install_that_was_used_is_not_shown_as_ended(void)
{
    struct install_view install = {
        .status = {INSTALL_INSTALLING}, .expires_at = {1000}, .consumed_at = {900}};

    install_show_expiry(&install, (struct timestamp){5000});
    expect_int64(install.status.is, INSTALL_INSTALLING);
}

static const struct test tests[] = {
    TEST(an_install_that_nobody_used_ends),
    TEST(an_install_that_was_used_never_ends),
    TEST(a_token_of_an_ended_install_has_expired),
    TEST(the_install_that_is_over_first_ends_first),
    TEST(whoever_looks_before_the_clock_sees_it_ended_too),
    TEST(an_install_that_was_used_is_not_shown_as_ended),
};

const struct suite test_expire_install_suite = SUITE("commands/node/expire_install", tests);
