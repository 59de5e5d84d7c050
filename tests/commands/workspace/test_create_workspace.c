/*
 * Creating workspaces.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/workspace/workspace_commands.h"
#include "commands/workspace/workspace_lookup.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

static const struct enum_value critical[] = {{SEVERITY_CRITICAL}};
static const struct list critical_only = {critical, 1};

static void the_first_workspace_becomes_the_default_and_its_creator_the_owner(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    scenario_actor(s, ACTOR_USER, U1);
    WHEN(
        s, create_workspace, .name = text_lit("Acme"), .slug = text_lit("acme"),
        .default_timezone = text_lit("Europe/Istanbul"), .is_default = OPT_FALSE,
        .automation_telegram_bot_token = text_lit("secret"));
    THEN_EMITTED(
        s,
        HAPPENED(
            workspace_created, .workspace_id = scenario_made(s, 0), .name = text_lit("Acme"),
            .slug = text_lit("acme"), .default_timezone = text_lit("Europe/Istanbul"),
            .is_default = OPT_TRUE, .is_archived = OPT_FALSE, .automation_email_enabled = OPT_FALSE,
            .automation_telegram_enabled = OPT_FALSE,
            .automation_telegram_bot_token = sealed(s, "secret"),
            .automation_email_levels = critical_only, .automation_telegram_levels = critical_only,
            .created_by_user_id = U1),
        HAPPENED(
            member_added, .membership_id = scenario_made(s, 1), .workspace_id = scenario_made(s, 0),
            .user_id = U1, .role = {MEMBER_OWNER}, .is_consequence = OPT_TRUE));
}

static void a_further_workspace_is_not_the_default(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct list none = {critical, 0};

    given_workspace(s);
    WHEN(
        s, create_workspace, .name = text_lit("Acme"), .slug = text_lit("acme"),
        .default_timezone = text_lit("UTC"), .automation_email_enabled = OPT_TRUE,
        .automation_email_levels = none);
    THEN_EMITTED(
        s, HAPPENED(
               workspace_created, .workspace_id = scenario_made(s, 0), .name = text_lit("Acme"),
               .slug = text_lit("acme"), .default_timezone = text_lit("UTC"),
               .is_default = OPT_FALSE, .is_archived = OPT_FALSE,
               .automation_email_enabled = OPT_TRUE, .automation_telegram_enabled = OPT_FALSE,
               .automation_email_levels = none, .automation_telegram_levels = critical_only));
}

static void there_is_one_default_the_newest(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct decision decision;

    given_workspace(s);
    GIVEN(
        s,
        HAPPENED(
            workspace_created, .workspace_id = W2, .name = text_lit("B"), .slug = text_lit("b"),
            .default_timezone = text_lit("UTC"), .is_default = OPT_TRUE, .is_archived = OPT_FALSE));
    decision = (struct decision){.model = scenario_model(s)};
    expect(uuid_equal(workspace_default(&decision), W2));
}

static void a_slug_is_taken_even_by_an_archived_workspace(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    WHEN(
        s, create_workspace, .name = text_lit("Old"), .slug = text_lit("old"),
        .default_timezone = text_lit("UTC"));
    THEN_REFUSED(s, CONFLICT, "A workspace with this slug already exists.");
}

static void an_offset_is_no_time_zone(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, create_workspace, .name = text_lit("Acme"), .slug = text_lit("acme"),
        .default_timezone = text_lit("+03:00"), .timezone_is_unknown = OPT_TRUE);
    THEN_REFUSED(s, INVALID, "+03:00 is not a valid IANA timezone.");
}

static void an_archived_workspace_cannot_be_the_default(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, create_workspace, .name = text_lit("Acme"), .slug = text_lit("acme"),
        .default_timezone = text_lit("UTC"), .is_default = OPT_TRUE, .is_archived = OPT_TRUE);
    THEN_REFUSED(s, CONFLICT, "Archived workspaces cannot become the default workspace.");
}

static void slugs_are_small_words_with_single_hyphens(void)
{
    const struct field *slug = shape_field(create_workspace_command.input, text_lit("slug"));

    expect(slug->accepts(text_lit("a")));
    expect(slug->accepts(text_lit("acme-2-eu")));
    expect(!slug->accepts(text_lit("")));
    expect(!slug->accepts(text_lit("-a")));
    expect(!slug->accepts(text_lit("a-")));
    expect(!slug->accepts(text_lit("a--b")));
    expect(!slug->accepts(text_lit("Acme")));
}

static const struct test tests[] = {
    TEST(the_first_workspace_becomes_the_default_and_its_creator_the_owner),
    TEST(a_further_workspace_is_not_the_default),
    TEST(there_is_one_default_the_newest),
    TEST(a_slug_is_taken_even_by_an_archived_workspace),
    TEST(an_offset_is_no_time_zone),
    TEST(an_archived_workspace_cannot_be_the_default),
    TEST(slugs_are_small_words_with_single_hyphens),
};

const struct suite test_create_workspace_suite =
    SUITE("commands/workspace/create_workspace", tests);
