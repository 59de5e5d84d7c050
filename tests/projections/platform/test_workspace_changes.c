/*
 * The audit trail of workspaces, members and teams.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/identity_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    const struct workspace_created created = {
        .workspace_id = make_id(2),
        .name = text_lit("One"),
        .slug = text_lit("one"),
        .default_timezone = text_lit("UTC"),
        .is_default = OPT_FALSE,
        .is_archived = OPT_FALSE,
        .automation_email_enabled = OPT_FALSE,
        .automation_telegram_enabled = OPT_FALSE,
    };
    const struct team_created team = {
        make_id(5), make_id(2), text_lit("Core"), text_lit("Who runs it")};

    p = make_projected();
    given_ada_registered(p);
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_event(p->ledger, &workspace_created_event, make_id(2), make_id(2), &created);
    given_event(p->ledger, &team_created_event, make_id(5), make_id(2), &team);
}

static void tear_down(void)
{
    end_projected(p);
}

/* scope|type|target type|label|metadata|changes of an action's only entry; '-' for what is null. */
static struct text entry(const char *action)
{
    return value_of(
        p, text_format(
               p->arena,
               "select concat_ws('|', scope, actor_email_snapshot, target_type,"
               " coalesce(target_label, '-'), coalesce(metadata::text, '-'),"
               " coalesce(changes::text, '-')) from audit_logs where action = '%s'"
               " and target_id is not null",
               action)
               .data);
}

static void a_change_of_a_workspace_tells_before_and_after(void)
{
    const struct workspace_changed changed = {
        .workspace_id = make_id(2), .name = text_lit("Two"), .is_default = OPT_TRUE};

    given_event(p->ledger, &workspace_changed_event, make_id(2), make_id(2), &changed);
    given_applied(p);
    expect_text(
        entry("workspace.updated"),
        "workspace|ada@example.com|workspace|Two|-|"
        "{\"after\": {\"name\": \"Two\", \"slug\": \"one\", \"isDefault\": true,"
        " \"isArchived\": false, \"defaultTimezone\": \"UTC\", \"secondFactorRequired\": false},"
        " \"before\": {\"name\": \"One\", \"slug\": \"one\", \"isDefault\": false,"
        " \"isArchived\": false, \"defaultTimezone\": \"UTC\", \"secondFactorRequired\": false}}");
}

static void the_end_of_a_workspace_stands_in_the_platforms_list_and_what_followed_nowhere(void)
{
    const struct member_removed removed = {make_id(3), make_id(2), make_id(1), OPT_TRUE, UUID_NONE};
    const struct team_deleted team = {make_id(5), make_id(2), OPT_TRUE};
    const struct workspace_deleted deleted = {make_id(2)};

    given_event(p->ledger, &team_deleted_event, make_id(5), make_id(2), &team);
    given_event(p->ledger, &member_removed_event, make_id(3), make_id(2), &removed);
    given_event(p->ledger, &workspace_deleted_event, make_id(2), make_id(2), &deleted);
    given_applied(p);
    expect_text(entry("workspace.deleted"), "platform|ada@example.com|workspace|One|-|-");
    expect_text(
        value_of(
            p, "select count(*) from audit_logs"
               " where action in ('team.deleted', 'workspace.member.removed')"),
        "0");
}

static void members_are_told_by_address_and_role(void)
{
    const struct member_added first = {make_id(3),     make_id(2), make_id(1),
                                       {MEMBER_OWNER}, OPT_TRUE,   UUID_NONE};
    const struct member_added added = {make_id(4),      make_id(2), make_id(1),
                                       {MEMBER_VIEWER}, OPT_FALSE,  UUID_NONE};
    const struct member_role_changed changed = {
        make_id(4), make_id(2), make_id(1), {MEMBER_ADMIN}, UUID_NONE};
    const struct member_removed removed = {
        make_id(4), make_id(2), make_id(1), OPT_FALSE, UUID_NONE};

    given_event(p->ledger, &member_added_event, make_id(3), make_id(2), &first);
    given_event(p->ledger, &member_added_event, make_id(4), make_id(2), &added);
    given_event(p->ledger, &member_role_changed_event, make_id(4), make_id(2), &changed);
    given_event(p->ledger, &member_removed_event, make_id(4), make_id(2), &removed);
    given_applied(p);
    expect_text(
        entry("workspace.member.added"),
        "workspace|ada@example.com|user|ada@example.com|{\"role\": \"viewer\"}|-");
    expect_text(
        entry("workspace.member.updated"),
        "workspace|ada@example.com|user|ada@example.com|{\"role\": \"admin\"}|-");
    expect_text(
        entry("workspace.member.removed"),
        "workspace|ada@example.com|workspace_membership|ada@example.com|-|-");
}

static void teams_are_told_by_name(void)
{
    const struct team_changed changed = {
        .team_id = make_id(5), .workspace_id = make_id(2), .description = text_lit("")};
    const struct team_member_added joined = {make_id(6), make_id(5), make_id(2), make_id(1)};
    const struct team_member_removed left = {
        make_id(6), make_id(5), make_id(2), make_id(1), OPT_FALSE};
    const struct team_deleted deleted = {make_id(5), make_id(2), OPT_FALSE};

    given_event(p->ledger, &team_changed_event, make_id(5), make_id(2), &changed);
    given_event(p->ledger, &team_member_added_event, make_id(6), make_id(2), &joined);
    given_event(p->ledger, &team_member_removed_event, make_id(6), make_id(2), &left);
    given_event(p->ledger, &team_deleted_event, make_id(5), make_id(2), &deleted);
    given_applied(p);
    expect_text(entry("team.created"), "workspace|ada@example.com|team|Core|-|-");
    expect_text(
        entry("team.updated"), "workspace|ada@example.com|team|Core|{\"description\": null}|-");
    expect_text(entry("team.deleted"), "workspace|ada@example.com|team|Core|-|-");
    expect_text(
        value_of(
            p, "select string_agg(coalesce(target_label, '-') || (metadata ? 'teamId')::text, ' '"
               " order by created_at) from audit_logs where action like 'team.member.%'"),
        "ada@example.comtrue ada@example.comtrue");
}

static const struct test tests[] = {
    TEST(a_change_of_a_workspace_tells_before_and_after),
    TEST(the_end_of_a_workspace_stands_in_the_platforms_list_and_what_followed_nowhere),
    TEST(members_are_told_by_address_and_role),
    TEST(teams_are_told_by_name),
};

const struct suite test_workspace_changes_suite = SUITE_WITH(
    "projections/platform/workspace_changes", tests, .set_up = set_up, .tear_down = tear_down);
