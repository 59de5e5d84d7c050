/*
 * Workspaces, their default and their members.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_workspace(unsigned n, const char *slug, bool is_default)
{
    static const struct choice levels[] = {{SEVERITY_INFO}, {SEVERITY_CRITICAL}};
    const struct workspace_created created = {
        .workspace_id = make_id(n),
        .name = text_lit("Name"),
        .slug = text_from(slug),
        .default_timezone = text_lit("UTC"),
        .is_default = flag_of(is_default),
        .is_archived = FLAG_NO,
        .automation_email_enabled = FLAG_YES,
        .automation_telegram_enabled = FLAG_NO,
        .automation_telegram_bot_token = text_lit("bot:1"),
        .automation_email_levels = {levels, COUNT_OF(levels)},
        .automation_telegram_levels = {levels, 0},
        .created_by_user_id = make_id(1),
    };

    given_event(p->ledger, &workspace_created_event, make_id(n), make_id(n), &created);
}

static void a_new_workspace_has_a_row(void)
{
    given_workspace(10, "one", false);
    given_applied(p);
    expect_text(
        row_of(
            p, "(select name, slug, default_timezone, is_archived, is_default,"
               " automation_email_enabled, automation_telegram_enabled,"
               " automation_telegram_bot_token, automation_telegram_chat_id,"
               " automation_email_levels, automation_telegram_levels, revision from workspaces)"),
        "{\"name\":\"Name\",\"slug\":\"one\",\"default_timezone\":\"UTC\",\"is_archived\":false,"
        "\"is_default\":false,\"automation_email_enabled\":true,"
        "\"automation_telegram_enabled\":false,\"automation_telegram_bot_token\":\"bot:1\","
        "\"automation_telegram_chat_id\":null,\"automation_email_levels\":[\"info\", \"critical\"],"
        "\"automation_telegram_levels\":[],\"revision\":1}");
    expect_text(value_of(p, "select count(*) from default_workspace"), "0");
}

static const char defaults[] = "select string_agg(slug, ' ') from workspaces where is_default";

static void a_new_default_takes_the_mark_in_the_same_batch(void)
{
    given_workspace(10, "one", true);
    given_workspace(11, "two", true);
    given_workspace(12, "three", false);
    given_applied(p);
    expect_text(value_of(p, defaults), "two");
}

static void a_new_default_takes_the_mark_in_a_later_batch(void)
{
    given_workspace(10, "one", true);
    given_applied(p);
    expect_text(value_of(p, defaults), "one");
    given_workspace(11, "two", true);
    given_applied(p);
    expect_text(value_of(p, defaults), "two");
    expect_text(value_of(p, "select count(*) from default_workspace"), "1");
}

static void a_member_has_a_row_and_moves_the_revision_of_the_workspace(void)
{
    const struct member_added added = {make_id(20), make_id(10), make_id(1), {MEMBER_OWNER}};

    given_workspace(10, "one", false);
    given_event(p->ledger, &member_added_event, make_id(10), make_id(10), &added);
    given_applied(p);
    expect_text(value_of(p, "select role from memberships"), "owner");
    expect_text(
        value_of(
            p, "select count(*) from memberships m join workspaces w on w.id = m.workspace_id"
               " and w.created_by_user_id = m.user_id and m.created_at > w.created_at"),
        "1");
    expect_text(value_of(p, "select revision from workspaces"), "2");
    expect_text(value_of(p, "select count(*) from workspaces where created_at = updated_at"), "1");
}

static const struct test tests[] = {
    TEST(a_new_workspace_has_a_row),
    TEST(a_new_default_takes_the_mark_in_the_same_batch),
    TEST(a_new_default_takes_the_mark_in_a_later_batch),
    TEST(a_member_has_a_row_and_moves_the_revision_of_the_workspace),
};

const struct suite test_workspaces_suite =
    SUITE_WITH("projections/workspace/workspaces", tests, .set_up = set_up, .tear_down = tear_down);
