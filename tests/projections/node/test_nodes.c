/*
 * The machines and their state.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
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

static void given(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, make_id(10), make_id(2), event);
}

static void given_node(void)
{
    const struct node_added added = {
        .node_id = make_id(10),
        .workspace_id = make_id(2),
        .name = text_lit("Web"),
        .description = text_lit("serves"),
        .hostname = text_lit("web-1"),
        .os = text_lit("linux"),
        .arch = text_lit("amd64"),
        .team_id = make_id(3),
        .source = {SOURCE_OPERATOR},
    };

    given(&node_added_event, &added);
}

static void a_new_node_is_offline_with_everything_at_its_default(void)
{
    given_node();
    given_applied(p);
    expect_text(
        row_of(
            p, "(select name, description, hostname, os, arch, status, maintenance_mode,"
               " maintenance_reason, notification_email_enabled, notification_email_levels,"
               " notification_telegram_levels, root_access_profile, root_access_applied_profile,"
               " root_access_sync_status, agent_version, last_version_reported_at, last_seen_at,"
               " revision, search from nodes)"),
        "{\"name\":\"Web\",\"description\":\"serves\",\"hostname\":\"web-1\",\"os\":\"linux\","
        "\"arch\":\"amd64\",\"status\":\"offline\",\"maintenance_mode\":false,"
        "\"maintenance_reason\":null,\"notification_email_enabled\":true,"
        "\"notification_email_levels\":[\"info\", \"warning\", \"critical\"],"
        "\"notification_telegram_levels\":[\"info\", \"warning\", \"critical\"],"
        "\"root_access_profile\":\"off\",\"root_access_applied_profile\":\"off\","
        "\"root_access_sync_status\":\"pending\",\"agent_version\":null,"
        "\"last_version_reported_at\":null,\"last_seen_at\":null,\"revision\":1,"
        "\"search\":\"web\\nweb-1\"}");
}

static void a_registration_brings_it_online_with_what_it_says_of_itself(void)
{
    const struct node_registered registered = {
        .node_id = make_id(10),
        .os = text_lit("debian"),
        .arch = text_lit("arm64"),
        .agent_version = text_lit("1.0"),
    };

    given_node();
    given(&node_registered_event, &registered);
    given_applied(p);
    expect_text(
        value_of(p, "select concat_ws(' ', status, os, arch, agent_version, revision) from nodes"),
        "online debian arm64 1.0 2");
    expect_text(
        value_of(
            p, "select count(*) from nodes where last_seen_at = updated_at"
               " and last_version_reported_at = updated_at and updated_at > created_at"),
        "1");
}

static void a_location_that_is_not_told_again_stays(void)
{
    static const struct node_location berlin = {
        TEXT_OF("manual"), TEXT_OF("manual"), TEXT_OF("Berlin"), {NULL, 0}, 52.5, 13.4};
    struct node_registered registered = {
        .node_id = make_id(10),
        .os = text_lit("debian"),
        .arch = text_lit("arm64"),
        .location = &berlin,
    };

    given_node();
    given(&node_registered_event, &registered);
    given_applied(p);
    registered.location = NULL;
    given(&node_registered_event, &registered);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', location ->> 'region', location ->> 'latitude',"
               " location ->> 'zone') from nodes where location ->> 'updatedAt' is not null"),
        "Berlin 52.5");
}

static void labels_of_people_and_of_the_agent_stand_side_by_side(void)
{
    const struct node_labels_changed changed = {
        .node_id = make_id(10), .changes = {text_lit("{\"env\":\"prod\",\"rack\":\"\"}")}};
    const struct node_labels_reported reported = {
        .node_id = make_id(10), .changes = {text_lit("{\"agent/os\":\"linux\"}")}};
    const struct node_labels_changed again = {
        .node_id = make_id(10), .changes = {text_lit("{\"env\":\"test\",\"rack\":null}")}};
    const struct node_labels_changed taken = {
        .node_id = make_id(10), .changes = {text_lit("{\"env\":null,\"agent/os\":null}")}};

    given_node();
    given_applied(p);
    expect_text(value_of(p, "select coalesce(labels::text, label_words) from nodes"), "");
    given(&node_labels_changed_event, &changed);
    given(&node_labels_reported_event, &reported);
    given_applied(p);
    given(&node_labels_changed_event, &again);
    given_applied(p);
    expect_text(
        row_of(p, "(select labels, label_words, revision from nodes)"),
        "{\"labels\":{\"env\": \"test\", \"agent/os\": \"linux\"},"
        "\"label_words\":\"'agent/os' 'agent/os=linux' 'env' 'env=test'\",\"revision\":4}");
    expect_text(value_of(p, "select count(*) from nodes where label_set @@ '''env=test'''"), "1");
    given(&node_labels_changed_event, &taken);
    given_applied(p);
    expect_text(value_of(p, "select coalesce(labels::text, label_words) from nodes"), "");
}

static void versions_that_are_not_named_stay(void)
{
    const struct node_came_online online = {
        .node_id = make_id(10), .sign = {SIGN_HEARTBEAT}, .agent_version = text_lit("1.0")};
    const struct node_versions_reported versions = {
        .node_id = make_id(10), .kernel_version = text_lit("6.1")};

    given_node();
    given(&node_came_online_event, &online);
    given(&node_versions_reported_event, &versions);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', status, agent_version, platform_version, kernel_version)"
               " from nodes"),
        "online 1.0 6.1");
}

static void a_silent_node_is_offline_and_keeps_when_it_was_heard(void)
{
    const struct node_came_online online = {.node_id = make_id(10), .sign = {SIGN_METRICS}};
    struct node_went_offline offline = {make_id(10), {0}, 90, {ABSENCE_SILENCE}};

    given_node();
    given(&node_came_online_event, &online);
    offline.last_seen_at = timestamp_plus_us(p->ledger->now, 7 * US_PER_S);
    given(&node_went_offline_event, &offline);
    given_applied(p);
    expect_text(value_of(p, "select status from nodes"), "offline");
    expect_text(
        value_of(p, "select count(*) from nodes where last_seen_at = updated_at + interval '7 s'"),
        "1");
    offline.last_seen_at = (struct timestamp){1};
    given(&node_came_online_event, &online);
    given(&node_went_offline_event, &offline);
    given_applied(p);
    expect_text(value_of(p, "select status from nodes"), "offline");
    expect_text(value_of(p, "select extract(year from last_seen_at) > 1970 from nodes"), "t");
}

static void root_access_is_what_the_agent_reported_last(void)
{
    const struct node_root_access_reported failed = {
        make_id(10), {ROOT_TASK}, {ROOT_FAILED}, p->ledger->now, text_lit("no helper")};
    const struct node_root_access_reported fine = {
        make_id(10), {ROOT_ALL}, {ROOT_APPLIED}, {0}, {0}};

    given_node();
    given(&node_root_access_reported_event, &failed);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', root_access_applied_profile, root_access_sync_status,"
               " root_access_last_error) from nodes"),
        "task failed no helper");
    given(&node_root_access_reported_event, &fine);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', root_access_applied_profile, root_access_sync_status,"
               " root_access_last_error) from nodes"),
        "all applied");
    expect_text(
        value_of(
            p, "select count(*) from nodes where root_access_last_applied_at < created_at"
               " or root_access_last_applied_at is not null"),
        "1");
}

static void a_removed_node_has_no_row_and_gets_none_again(void)
{
    const struct node_removed removed = {make_id(10)};
    const struct node_came_online late = {.node_id = make_id(10), .sign = {SIGN_METRICS}};

    given_node();
    given_applied(p);
    given(&node_removed_event, &removed);
    given(&node_came_online_event, &late);
    given_applied(p);
    expect_text(value_of(p, "select count(*) from nodes"), "0");
}

static void a_busy_processor_moves_only_the_revision(void)
{
    const struct node_cpu_crossed busy = {make_id(10), 99.0, {2}};

    given_node();
    given(&node_cpu_crossed_event, &busy);
    given_applied(p);
    expect_text(value_of(p, "select revision from nodes where updated_at = created_at"), "2");
}

static void maintenance_begins_and_ends_with_all_that_belongs_to_it(void)
{
    const struct node_maintenance_entered entered = {make_id(10), text_lit("disk")};
    const struct node_maintenance_left left = {make_id(10)};

    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_node();
    given(&node_maintenance_entered_event, &entered);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', maintenance_mode, maintenance_reason,"
               " maintenance_started_at = updated_at) from nodes"
               " where maintenance_by_user_id is not null"),
        "t disk t");
    given(&node_maintenance_left_event, &left);
    given_applied(p);
    expect_text(
        value_of(
            p,
            "select count(*) from nodes where not maintenance_mode and maintenance_reason is null"
            " and maintenance_started_at is null and maintenance_by_user_id is null"
            " and revision = 3"),
        "1");
}

static void a_wish_is_pending_and_forgets_the_error(void)
{
    const struct node_root_access_reported failed = {
        make_id(10), {ROOT_TASK}, {ROOT_FAILED}, {0}, text_lit("no helper")};
    const struct node_root_access_wanted wanted = {make_id(10), {ROOT_ALL}};

    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_node();
    given(&node_root_access_reported_event, &failed);
    given(&node_root_access_wanted_event, &wanted);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', root_access_profile, root_access_applied_profile,"
               " root_access_sync_status, root_access_last_error,"
               " root_access_updated_at = updated_at) from nodes"
               " where root_access_updated_by_user_id is not null"),
        "all task pending t");
}

static void a_team_is_set_and_cleared(void)
{
    const struct node_team_changed other = {make_id(10), make_id(4), text_lit("Night")};
    const struct node_team_changed none = {.node_id = make_id(10)};
    char id[UUID_TEXT_SIZE];

    uuid_print(make_id(4), id);
    given_node();
    given(&node_team_changed_event, &other);
    given_applied(p);
    expect_text(value_of(p, "select team_id from nodes"), id);
    given(&node_team_changed_event, &none);
    given_applied(p);
    expect(!text_is_present(value_of(p, "select team_id from nodes")));
}

static void delivery_changes_only_where_it_was_named(void)
{
    static const struct enum_value critical[] = {{3}};
    const struct node_notifications_changed changed = {
        .node_id = make_id(10), .email_enabled = OPT_FALSE, .telegram_levels = {critical, 0}};
    const struct node_notifications_changed levels = {
        .node_id = make_id(10), .email_levels = {critical, 1}};

    given_node();
    given(&node_notifications_changed_event, &changed);
    given(&node_notifications_changed_event, &levels);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', notification_email_enabled, notification_email_levels,"
               " notification_telegram_enabled, notification_telegram_levels) from nodes"),
        "f [\"critical\"] t []");
}

static const struct test tests[] = {
    TEST(a_new_node_is_offline_with_everything_at_its_default),
    TEST(a_registration_brings_it_online_with_what_it_says_of_itself),
    TEST(a_location_that_is_not_told_again_stays),
    TEST(labels_of_people_and_of_the_agent_stand_side_by_side),
    TEST(versions_that_are_not_named_stay),
    TEST(a_silent_node_is_offline_and_keeps_when_it_was_heard),
    TEST(root_access_is_what_the_agent_reported_last),
    TEST(a_removed_node_has_no_row_and_gets_none_again),
    TEST(a_busy_processor_moves_only_the_revision),
    TEST(maintenance_begins_and_ends_with_all_that_belongs_to_it),
    TEST(a_wish_is_pending_and_forgets_the_error),
    TEST(a_team_is_set_and_cleared),
    TEST(delivery_changes_only_where_it_was_named),
};

const struct suite test_nodes_suite =
    SUITE_WITH("projections/node/nodes", tests, .set_up = set_up, .tear_down = tear_down);
