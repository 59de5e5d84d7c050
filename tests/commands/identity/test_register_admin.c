/*
 * The first admin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/identity/identity_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/people.h"

static struct personal personal(const struct scenario *s, const char *text)
{
    return (struct personal){.text = text_from(text), .digest = digest_named(s, text)};
}

static void when_ann_is_registered(struct scenario *s)
{
    WHEN(
        s, register_admin, .email = personal(s, "ann@example.com"), .name = personal(s, "Ann"),
        .password = personal(s, "$argon2id$"));
}

static void the_first_admin_owns_the_first_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    static const struct enum_value critical[] = {{SEVERITY_CRITICAL}};
    struct list levels = {critical, 1};

    when_ann_is_registered(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            user_registered, .user_id = scenario_made(s, 0), .email = sealed(s, "ann@example.com"),
            .name = sealed(s, "Ann"), .password = sealed(s, "$argon2id$"),
            .role = {ROLE_PLATFORM_ADMIN}, .timezone = text_lit("UTC")),
        HAPPENED(
            workspace_created, .workspace_id = scenario_made(s, 1),
            .name = text_lit("Default Workspace"), .slug = text_lit("default"),
            .default_timezone = text_lit("UTC"), .is_default = OPT_TRUE, .is_archived = OPT_FALSE,
            .automation_email_enabled = OPT_FALSE, .automation_telegram_enabled = OPT_FALSE,
            .automation_email_levels = levels, .automation_telegram_levels = levels),
        HAPPENED(
            member_added, .membership_id = scenario_made(s, 2), .workspace_id = scenario_made(s, 1),
            .user_id = scenario_made(s, 0), .role = {MEMBER_OWNER}, .is_consequence = OPT_TRUE));
}

static void an_address_is_registered_only_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_ann(s);
    when_ann_is_registered(s);
    THEN_NOTHING(s);
}

static void no_second_default_workspace_is_made(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    when_ann_is_registered(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            user_registered, .user_id = scenario_made(s, 0), .email = sealed(s, "ann@example.com"),
            .name = sealed(s, "Ann"), .password = sealed(s, "$argon2id$"),
            .role = {ROLE_PLATFORM_ADMIN}, .timezone = text_lit("UTC")));
}

static const struct test tests[] = {
    TEST(the_first_admin_owns_the_first_workspace),
    TEST(an_address_is_registered_only_once),
    TEST(no_second_default_workspace_is_made),
};

const struct suite test_register_admin_suite = SUITE("commands/identity/register_admin", tests);
