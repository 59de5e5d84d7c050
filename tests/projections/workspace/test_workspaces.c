/*
 * Workspaces, their default and their members.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/encode.h"
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
    static const struct enum_value levels[] = {{SEVERITY_INFO}, {SEVERITY_CRITICAL}};
    const struct workspace_created created = {
        .workspace_id = make_id(n),
        .name = text_lit("Name"),
        .slug = text_from(slug),
        .default_timezone = text_lit("UTC"),
        .is_default = opt_bool_of(is_default),
        .is_archived = OPT_FALSE,
        .automation_email_enabled = OPT_TRUE,
        .automation_telegram_enabled = OPT_FALSE,
        .automation_telegram_bot_token.text = text_lit("bot:1"),
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
               " automation_telegram_chat_id,"
               " automation_email_levels, automation_telegram_levels, revision from workspaces)"),
        "{\"name\":\"Name\",\"slug\":\"one\",\"default_timezone\":\"UTC\",\"is_archived\":false,"
        "\"is_default\":false,\"automation_email_enabled\":true,"
        "\"automation_telegram_enabled\":false,"
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

static void given_member(void)
{
    const struct member_added added = {make_id(20),    make_id(10), make_id(1),
                                       {MEMBER_OWNER}, OPT_TRUE,    UUID_NONE};

    given_event(p->ledger, &member_added_event, make_id(20), make_id(10), &added);
}

static void a_member_has_a_row_while_they_are_one(void)
{
    const struct member_role_changed changed = {
        make_id(20), make_id(10), make_id(1), {MEMBER_VIEWER}, UUID_NONE};
    const struct member_removed removed = {
        make_id(20), make_id(10), make_id(1), OPT_FALSE, UUID_NONE};

    given_workspace(10, "one", false);
    given_member();
    given_applied(p);
    expect_text(value_of(p, "select role from memberships"), "owner");
    expect_text(value_of(p, "select revision from workspaces"), "1");
    given_event(p->ledger, &member_role_changed_event, make_id(20), make_id(10), &changed);
    given_applied(p);
    expect_text(
        value_of(p, "select role || revision from memberships where updated_at > created_at"),
        "viewer2");
    given_event(p->ledger, &member_removed_event, make_id(20), make_id(10), &removed);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from memberships"), "0");
}

static void a_change_touches_what_it_names(void)
{
    const struct workspace_changed changed = {
        .workspace_id = make_id(10),
        .name = text_lit("Other"),
        .is_archived = OPT_TRUE,
    };

    given_workspace(10, "one", false);
    given_event(p->ledger, &workspace_changed_event, make_id(10), make_id(10), &changed);
    given_applied(p);
    expect_text(
        row_of(
            p, "(select name, slug, is_archived, bot_token_box is null as has_no_bot,"
               " automation_email_levels, revision from workspaces)"),
        "{\"name\":\"Other\",\"slug\":\"one\",\"is_archived\":true,"
        "\"has_no_bot\":false,"
        "\"automation_email_levels\":[\"info\", \"critical\"],\"revision\":2}");
}

static void given_token(const char *token)
{
    const struct workspace_changed changed = {
        .workspace_id = make_id(10), .automation_telegram_bot_token.text = text_from(token)};

    given_event(p->ledger, &workspace_changed_event, make_id(10), make_id(10), &changed);
    given_applied(p);
}

/* The token of the only workspace, as whoever has the keys reads it. */
static struct text opened_token(void)
{
    struct text box = value_of(p, "select encode(bot_token_box, 'hex') from workspaces");
    struct text id = value_of(p, "select bot_token_event_id from workspaces");
    struct kept_box kept = {.shape = workspace_created_event.shape, .tag = BOT_TOKEN_TAG};
    struct text token = {NULL, 0};
    struct error error;

    expect(hex_decode(p->arena, box, &kept.box) && uuid_parse(id, &kept.event_id));
    expect_ok(keyring_open_box(p->ledger->keyring, &kept, p->arena, &token, &error), &error);
    return token;
}

static void the_token_of_a_bot_stays_sealed_by_the_event_that_set_it(void)
{
    given_workspace(10, "one", false);
    given_applied(p);
    expect_text(opened_token(), "bot:1");
    given_token("bot:2");
    expect_text(opened_token(), "bot:2");
}

static void an_empty_token_clears(void)
{
    given_workspace(10, "one", false);
    given_token("");
    expect_text(
        value_of(p, "select num_nonnulls(bot_token_box, bot_token_event_id) from workspaces"), "0");
}

static void a_change_can_move_the_default(void)
{
    const struct workspace_changed changed = {.workspace_id = make_id(11), .is_default = OPT_TRUE};

    given_workspace(10, "one", true);
    given_workspace(11, "two", false);
    given_event(p->ledger, &workspace_changed_event, make_id(11), make_id(11), &changed);
    given_applied(p);
    expect_text(value_of(p, defaults), "two");
}

static void a_deleted_workspace_has_no_row(void)
{
    const struct workspace_deleted deleted = {make_id(10)};

    given_workspace(10, "one", false);
    given_event(p->ledger, &workspace_deleted_event, make_id(10), make_id(10), &deleted);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from workspaces"), "0");
}

static void teams_and_who_is_in_them_come_and_go(void)
{
    const struct team_created created = {
        make_id(30), make_id(10), text_lit("Core"), text_lit("Who runs it")};
    const struct team_changed changed = {
        .team_id = make_id(30), .workspace_id = make_id(10), .description = text_lit("")};
    const struct team_member_added joined = {make_id(31), make_id(30), make_id(10), make_id(1)};
    const struct team_member_removed left = {
        make_id(31), make_id(30), make_id(10), make_id(1), OPT_FALSE};
    const struct team_deleted deleted = {make_id(30), make_id(10), OPT_FALSE};

    given_event(p->ledger, &team_created_event, make_id(30), make_id(10), &created);
    given_event(p->ledger, &team_changed_event, make_id(30), make_id(10), &changed);
    given_event(p->ledger, &team_member_added_event, make_id(31), make_id(10), &joined);
    given_applied(p);
    expect_text(
        row_of(p, "(select name, description, revision from teams)"),
        "{\"name\":\"Core\",\"description\":null,\"revision\":2}");
    expect_text(value_of(p, "select count(*) from team_members"), "1");
    given_event(p->ledger, &team_member_removed_event, make_id(31), make_id(10), &left);
    given_event(p->ledger, &team_deleted_event, make_id(30), make_id(10), &deleted);
    given_applied(p);
    expect_text(
        value_of(p, "select (select count(*) from teams) + (select count(*) from team_members)"),
        "0");
}

static const struct test tests[] = {
    TEST(a_new_workspace_has_a_row),
    TEST(a_new_default_takes_the_mark_in_the_same_batch),
    TEST(a_new_default_takes_the_mark_in_a_later_batch),
    TEST(a_member_has_a_row_while_they_are_one),
    TEST(a_change_touches_what_it_names),
    TEST(the_token_of_a_bot_stays_sealed_by_the_event_that_set_it),
    TEST(an_empty_token_clears),
    TEST(a_change_can_move_the_default),
    TEST(a_deleted_workspace_has_no_row),
    TEST(teams_and_who_is_in_them_come_and_go),
};

const struct suite test_workspaces_suite =
    SUITE_WITH("projections/workspace/workspaces", tests, .set_up = set_up, .tear_down = tear_down);
