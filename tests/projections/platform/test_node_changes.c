/*
 * What operators change of nodes, word by word: as system events, and in the audit trail.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void given(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, make_id(10), make_id(2), event);
}

static void set_up(void)
{
    p = make_projected();
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given_web(p, "Web");
}

static void tear_down(void)
{
    end_projected(p);
}

/* type|severity|message|metadata of all, in order. */
static struct text told(void)
{
    return value_of(
        p, "select string_agg(concat_ws('|', type, severity, message, metadata), E'\\n'"
           " order by created_at) from events");
}

/* action|target|label|changes|metadata of what the workspace's list shows after the node was added, in
 * order. */
static struct text trail(void)
{
    return value_of(
        p, "select string_agg(concat_ws('|', action, target_type, target_label, changes, metadata),"
           " E'\\n' order by created_at) from audit_logs"
           " where scope = 'workspace' and workspace_id is not null and action <> 'node.created'");
}

static void a_team_is_told_by_name_and_its_end_too(void)
{
    const struct node_team_changed set = {make_id(10), make_id(3), text_lit("Owners")};
    const struct node_team_changed cleared = {.node_id = make_id(10)};
    char id[UUID_TEXT_SIZE];

    uuid_print(make_id(3), id);
    given(&node_team_changed_event, &set);
    given(&node_team_changed_event, &cleared);
    given_applied(p);
    expect_text(
        told(),
        text_c(
            p->arena,
            text_format(
                p->arena,
                "node.team.updated|info|Node web-1 assigned to team Owners|{\"nextTeamId\": \"%s\","
                " \"nextTeamName\": \"Owners\", \"previousTeamId\": null}\n"
                "node.team.updated|info|Node web-1 team assignment cleared|{\"nextTeamId\": null,"
                " \"nextTeamName\": null, \"previousTeamId\": \"%s\"}",
                id, id)));
    expect_text(
        trail(),
        text_c(
            p->arena,
            text_format(
                p->arena,
                "node.team.updated|node|web-1|{\"after\": {\"teamId\": \"%s\", \"teamName\":"
                " \"Owners\"}, \"before\": {\"teamId\": null}}\n"
                "node.team.updated|node|web-1|{\"after\": {\"teamId\": null, \"teamName\": null},"
                " \"before\": {\"teamId\": \"%s\"}}",
                id, id)));
}

static void maintenance_is_told_with_its_reason(void)
{
    const struct node_maintenance_entered entered = {make_id(10), text_lit("disk")};
    const struct node_maintenance_left left = {make_id(10)};
    const struct node_maintenance_entered silent = {.node_id = make_id(10)};

    given(&node_maintenance_entered_event, &entered);
    given(&node_maintenance_left_event, &left);
    given(&node_maintenance_entered_event, &silent);
    given_applied(p);
    expect_text(
        told(), "node.maintenance.enabled|warning|Node web-1 entered maintenance mode: disk|"
                "{\"maintenanceReason\": \"disk\"}\n"
                "node.maintenance.disabled|info|Node web-1 left maintenance mode|"
                "{\"previousReason\": \"disk\"}\n"
                "node.maintenance.enabled|warning|Node web-1 entered maintenance mode|"
                "{\"maintenanceReason\": null}");
    expect_text(
        trail(), "node.maintenance.enabled|node|web-1|{\"maintenanceReason\": \"disk\"}\n"
                 "node.maintenance.disabled|node|web-1|{\"previousReason\": \"disk\"}\n"
                 "node.maintenance.enabled|node|web-1|{\"maintenanceReason\": null}");
}

static void wanted_root_access_is_told_as_a_warning(void)
{
    const struct node_root_access_wanted all = {make_id(10), {ROOT_ALL}};
    const struct node_root_access_wanted off = {make_id(10), {ROOT_OFF}};

    given(&node_root_access_wanted_event, &all);
    given(&node_root_access_wanted_event, &off);
    given_applied(p);
    expect_text(
        told(),
        "node.root-access.updated|warning|Node web-1 root access profile set to all.|"
        "{\"syncStatus\": \"pending\", \"nextProfile\": \"all\", \"previousProfile\": \"off\"}\n"
        "node.root-access.updated|warning|Node web-1 root access profile was disabled.|"
        "{\"syncStatus\": \"pending\", \"nextProfile\": \"off\", \"previousProfile\": \"all\"}");
    expect_text(
        value_of(
            p, "select string_agg(changes #>> '{before,rootAccessProfile}' || ' ' ||"
               " (changes #>> '{after,rootAccessProfile}') || ' ' ||"
               " (changes #>> '{after,rootAccessSyncStatus}'), ', ' order by created_at)"
               " from audit_logs where action = 'node.root-access.updated'"),
        "off all pending, all off pending");
}

static void delivery_is_told_with_all_eight_values(void)
{
    static const struct enum_value critical[] = {{SEVERITY_CRITICAL}};
    const struct node_notifications_changed changed = {
        .node_id = make_id(10), .email_enabled = OPT_FALSE, .telegram_levels = {critical, 1}};

    given(&node_notifications_changed_event, &changed);
    given_applied(p);
    expect_text(
        told(), "node.notifications.updated|info|Node web-1 notification delivery updated.|"
                "{\"nextEmailLevels\": [\"info\", \"warning\", \"critical\"],"
                " \"nextEmailEnabled\": false, \"nextTelegramLevels\": [\"critical\"],"
                " \"nextTelegramEnabled\": true,"
                " \"previousEmailLevels\": [\"info\", \"warning\", \"critical\"],"
                " \"previousEmailEnabled\": true,"
                " \"previousTelegramLevels\": [\"info\", \"warning\", \"critical\"],"
                " \"previousTelegramEnabled\": true}");
    expect_text(
        value_of(
            p, "select concat_ws(' ', changes -> 'before' -> 'notificationEmailEnabled',"
               " changes -> 'after' -> 'notificationEmailEnabled',"
               " changes -> 'after' -> 'notificationTelegramLevels')"
               " from audit_logs where action = 'node.notifications.updated'"),
        "true false [\"critical\"]");
}

static void an_approved_enrollment_stands_in_the_trail_of_the_workspace(void)
{
    static const uint8_t box[32] = {1};
    const struct enrollment_approved approved = {make_id(40), make_id(10), {box, sizeof(box)}};

    given_event(p->ledger, &enrollment_approved_event, make_id(40), make_id(2), &approved);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws(' ', scope, target_type, workspace_id is not null) from audit_logs"
               " where action = 'enrollment.approved'"),
        "workspace enrollment t");
}

static void what_happens_to_a_node_that_is_gone_is_not_told(void)
{
    const struct node_removed removed = {make_id(10)};
    const struct node_maintenance_left left = {make_id(10)};

    given(&node_removed_event, &removed);
    given(&node_maintenance_left_event, &left);
    given_applied(p);
    expect(!text_is_present(told()));
}

static const struct test tests[] = {
    TEST(a_team_is_told_by_name_and_its_end_too),
    TEST(maintenance_is_told_with_its_reason),
    TEST(wanted_root_access_is_told_as_a_warning),
    TEST(delivery_is_told_with_all_eight_values),
    TEST(an_approved_enrollment_stands_in_the_trail_of_the_workspace),
    TEST(what_happens_to_a_node_that_is_gone_is_not_told),
};

const struct suite test_node_changes_suite = SUITE_WITH(
    "projections/platform/node_changes", tests, .set_up = set_up, .tear_down = tear_down);
