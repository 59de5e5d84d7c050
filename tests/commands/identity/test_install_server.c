/*
 * Setting the server up: once, by whoever comes first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/install_commands.h"
#include "commands/platform/platform_commands.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/opened_ledger.h"

static struct personal personal(const struct scenario *s, const char *text)
{
    return (struct personal){.text = text_from(text), .digest = digest_named(s, text)};
}

static void when_installed(struct scenario *s, const char *email)
{
    static const struct wanted_setting host = {
        .name = TEXT_OF("SMTP_HOST"), .value = TEXT_OF("mail.example")};

    WHEN(
        s, install_server, .email = personal(s, email), .name = personal(s, "Ann"),
        .password = personal(s, "$argon2id$"), .workspace_name = text_lit("Main"),
        .workspace_slug = text_lit("main"), .timezone = text_lit("Europe/Vienna"),
        .settings = {&host, 1});
}

static void the_first_administrator_owns_the_first_workspace_and_the_server_begins_anew(void)
{
    struct scenario *s = given_opened_ledger();
    static const struct enum_value critical[] = {{SEVERITY_CRITICAL}};
    static const struct setting_change change = {
        .name = TEXT_OF("SMTP_HOST"),
        .value = TEXT_OF("mail.example"),
        .is_secret = {2},
        .is_unset = {2},
        .is_of_home = {2}};
    struct list levels = {critical, 1};

    scenario_policy(s)->boot = id_named("run 1");
    when_installed(s, "ann@example.com");
    THEN_EMITTED(
        s,
        HAPPENED(
            user_registered, .user_id = scenario_made(s, 0), .email = sealed(s, "ann@example.com"),
            .name = sealed(s, "Ann"), .password = sealed(s, "$argon2id$"),
            .role = {ROLE_PLATFORM_ADMIN}, .timezone = text_lit("Europe/Vienna")),
        HAPPENED(
            workspace_created, .workspace_id = scenario_made(s, 1), .name = text_lit("Main"),
            .slug = text_lit("main"), .default_timezone = text_lit("Europe/Vienna"),
            .is_default = OPT_TRUE, .is_archived = OPT_FALSE, .automation_email_enabled = OPT_FALSE,
            .automation_telegram_enabled = OPT_FALSE, .automation_email_levels = levels,
            .automation_telegram_levels = levels),
        HAPPENED(
            member_added, .membership_id = scenario_made(s, 2), .workspace_id = scenario_made(s, 1),
            .user_id = scenario_made(s, 0), .role = {MEMBER_OWNER}, .is_consequence = OPT_TRUE),
        HAPPENED(settings_changed, .changes = {&change, 1}),
        HAPPENED(restart_requested, .boot = id_named("run 1")));
}

static void whoever_comes_later_finds_it_set_up(void)
{
    struct scenario *s = given_opened_ledger();

    when_installed(s, "ann@example.com");
    when_installed(s, "bob@example.com");
    THEN_REFUSED(s, CONFLICT, "Setup already completed.");
}

static void a_server_with_a_workspace_is_set_up(void)
{
    struct scenario *s = given_opened_ledger();

    given_workspace(s);
    when_installed(s, "ann@example.com");
    THEN_REFUSED(s, CONFLICT, "Setup already completed.");
}

static const struct test tests[] = {
    TEST(the_first_administrator_owns_the_first_workspace_and_the_server_begins_anew),
    TEST(whoever_comes_later_finds_it_set_up),
    TEST(a_server_with_a_workspace_is_set_up),
};
extern const struct suite test_install_server_suite;
const struct suite test_install_server_suite = SUITE("commands/identity/install_server", tests);
