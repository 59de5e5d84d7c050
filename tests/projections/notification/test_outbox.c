/*
 * What is put into the outbox, and what becomes of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/channel_events.h"
#include "eventlog/events/identity_events.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/notification_events.h"
#include "eventlog/events/rolling_events.h"
#include "eventlog/events/rollout_events.h"
#include "eventlog/events/schedule_events.h"
#include "eventlog/events/workspace_events.h"
#include "migrations/notification/outbox.h"
#include "projections/projector.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static const struct enum_value all[] = {{SEVERITY_INFO}, {SEVERITY_WARNING}, {SEVERITY_CRITICAL}};
static struct projected *p;
static struct workspace_created workspace;

static void set_up(void)
{
    p = make_projected();
    workspace = (struct workspace_created){
        .workspace_id = make_id(2),
        .name = text_lit("Acme"),
        .slug = text_lit("acme"),
        .default_timezone = text_lit("UTC"),
        .is_default = OPT_TRUE,
        .is_archived = OPT_FALSE,
        .automation_email_enabled = OPT_TRUE,
        .automation_telegram_enabled = OPT_TRUE,
        .automation_telegram_bot_token.text = text_lit("1:a"),
        .automation_telegram_chat_id = text_lit("-100"),
        .automation_email_levels = {all, 2},
        .automation_telegram_levels = {all, 3},
    };
}

static void tear_down(void)
{
    end_projected(p);
}

static void given_node(void)
{
    given_event(p->ledger, &workspace_created_event, make_id(2), make_id(2), &workspace);
    given_web(p, "web-1");
}

static void given_offline(void)
{
    const struct node_went_offline offline = {
        make_id(10), {1772550000123000}, 90, {ABSENCE_SILENCE}};

    given_event(p->ledger, &node_went_offline_event, make_id(10), make_id(2), &offline);
}

static void given_busy(void)
{
    const struct node_cpu_crossed busy = {make_id(10), 97.26, {SEVERITY_CRITICAL}};

    given_event(p->ledger, &node_cpu_crossed_event, make_id(10), make_id(2), &busy);
}

static struct text kinds(void)
{
    return value_of(p, "select string_agg(kind, ' ' order by kind) from outbox");
}

static void an_event_of_a_listed_level_is_told_by_both_ways(void)
{
    given_node();
    given_offline();
    given_applied(p);
    expect_text(kinds(), "mail.event telegram.event");
    expect_text(
        value_of(
            p, "select count(*) from outbox o join events e on e.id = o.event_id"
               " where o.status = 'pending' and o.attempts = 0 and o.next_attempt_at = e.created_at"
               " and o.workspace_id = e.workspace_id"),
        "2");
}

static void a_level_that_is_not_listed_is_not_told(void)
{
    given_node();
    given_busy();
    given_applied(p);
    expect_text(kinds(), "telegram.event");
}

static void no_levels_at_all_tell_nothing(void)
{
    workspace.automation_email_levels = (struct list){all, 0};
    workspace.automation_telegram_levels = (struct list){all, 0};
    given_node();
    given_offline();
    given_busy();
    given_applied(p);
    expect(!text_is_present(kinds()));
}

static void even_a_critical_event_of_a_node_needs_automation(void)
{
    workspace.automation_email_enabled = OPT_FALSE;
    workspace.automation_email_levels = (struct list){all, 3};
    workspace.automation_telegram_enabled = OPT_FALSE;
    given_node();
    given_busy();
    given_applied(p);
    expect(!text_is_present(kinds()));
}

static void a_message_needs_a_bot_and_a_chat(void)
{
    workspace.automation_telegram_chat_id = (struct text){NULL, 0};
    given_node();
    given_busy();
    given_applied(p);
    expect(!text_is_present(kinds()));
}

static void the_node_has_a_say_too(void)
{
    const struct node_notifications_changed quiet = {
        .node_id = make_id(10),
        .email_enabled = OPT_FALSE,
        .email_levels = {all, 3},
        .telegram_enabled = OPT_TRUE,
        .telegram_levels = {all, 1},
    };

    given_node();
    given_event(p->ledger, &node_notifications_changed_event, make_id(10), make_id(2), &quiet);
    given_applied(p);
    given_offline();
    given_applied(p);
    expect(!text_is_present(value_of(p, "select id from outbox where kind = 'mail.event'")));
}

static void about_no_node_the_workspace_alone_has_a_say(void)
{
    const struct rolling_run_created run = {
        .run_id = make_id(40),
        .workspace_id = make_id(2),
        .owner_user_id = make_id(1),
        .name = text_lit("Upgrade"),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{}")},
        .template_version = INT64_ABSENT,
        .node_ids = {"", 0},
        .wave_size = 1,
        .wave_share = INT64_ABSENT,
    };
    const struct rolling_run_stopped stopped = {
        .run_id = make_id(40), .cause = {STOPPED_OWNER_LEFT}};

    workspace.automation_telegram_levels = (struct list){all, 1};
    given_node();
    given_event(p->ledger, &rolling_run_created_event, make_id(40), make_id(2), &run);
    given_event(p->ledger, &rolling_run_stopped_event, make_id(40), make_id(2), &stopped);
    given_applied(p);
    expect_text(kinds(), "mail.event");
}

/* A team's schedule is about no node. */
static void that_a_schedules_owner_left_is_told(void)
{
    const struct recurrence daily = {
        .cadence = {CADENCE_DAILY},
        .minute = 5,
        .hour = 3,
        .day_of_week = INT64_ABSENT,
        .interval_minutes = INT64_ABSENT,
        .timezone = text_lit("UTC"),
    };
    const struct schedule_created created = {
        .schedule_id = make_id(41),
        .workspace_id = make_id(2),
        .target_team_id = make_id(20),
        .target_team_name = text_lit("Core"),
        .owner_user_id = make_id(1),
        .name = text_lit("Nightly"),
        .command = text_lit("date"),
        .run_as_root = OPT_FALSE,
        .recurrence = &daily,
        .timezone_source = {TIMEZONE_OF_WORKSPACE},
        .next_run_at = {1772550000123000},
    };
    const struct schedule_disabled left = {make_id(41), {DISABLED_OWNER_LEFT}};

    workspace.automation_email_levels = (struct list){all + 1, 1};
    workspace.automation_telegram_levels = (struct list){all, 1};
    given_node();
    given_event(p->ledger, &schedule_created_event, make_id(41), make_id(2), &created);
    given_applied(p);
    expect_text(kinds(), "telegram.event");
    given_event(p->ledger, &schedule_disabled_event, make_id(41), make_id(2), &left);
    given_applied(p);
    expect_text(kinds(), "mail.event telegram.event");
    expect_text(
        value_of(p, "select message from events where type = 'task.schedule.owner-left'"),
        "Scheduled task Nightly disabled: its owner has left the workspace.");
}

static void an_invitation_and_a_reset_are_told(void)
{
    const struct user_invited invited = {
        .user_id = make_id(50), .invitation_id = make_id(51), .expires_at = {1772550000123000}};
    const struct password_reset_requested requested = {
        .user_id = make_id(50), .reset_id = make_id(52), .expires_at = {1772550000123000}};

    given_event(p->ledger, &user_invited_event, make_id(50), UUID_NONE, &invited);
    given_event(p->ledger, &password_reset_requested_event, make_id(50), UUID_NONE, &requested);
    given_applied(p);
    expect_text(kinds(), "mail.invitation mail.password_reset");
    expect_text(
        value_of(
            p, "select count(distinct subject_id) || ' ' || count(distinct user_id) || ' '"
               " || min(expires_at) from outbox"),
        "2 1 2026-03-03 15:00:00.123+00");
}

static void an_enrollment_is_told(void)
{
    const struct enrollment_initiated initiated = {
        .enrollment_id = make_id(40),
        .email = {.text = text_lit("ada@example.com")},
        .user_id = make_id(1),
        .hostname = text_lit("web-9"),
        .expires_at = {1772550000123000},
    };

    given_event(p->ledger, &enrollment_initiated_event, make_id(40), UUID_NONE, &initiated);
    given_applied(p);
    expect_text(
        value_of(
            p, "select concat_ws('|', kind, hostname, requested_by, expires_at, status)"
               " from outbox"),
        "mail.enrollment|web-9|ada@example.com|2026-03-03 15:00:00.123+00|pending");
}

/* The only delivery that there is. */
static struct uuid the_delivery(void)
{
    struct uuid id;

    expect(uuid_parse(value_of(p, "select id from outbox"), &id));
    return id;
}

static void given_outcome(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, the_delivery(), UUID_NONE, event);
    given_applied(p);
}

static struct text state(void)
{
    return value_of(
        p, "select concat_ws('|', status, attempts, next_attempt_at, last_error) from outbox");
}

static void a_failed_delivery_is_due_again_and_then_done(void)
{
    struct delivery_failed failed = {
        .error = text_lit("421 busy"),
        .is_final = OPT_FALSE,
        .next_attempt_at = {1772550000123000},
        .attempts = 3};
    struct delivery_succeeded succeeded;

    workspace.automation_telegram_enabled = OPT_FALSE;
    given_node();
    given_offline();
    given_applied(p);
    failed.outbox_id = the_delivery();
    given_outcome(&delivery_failed_event, &failed);
    expect_text(state(), "pending|3|2026-03-03 15:00:00.123+00|421 busy");
    succeeded.outbox_id = the_delivery();
    given_outcome(&delivery_succeeded_event, &succeeded);
    expect_text(state(), "delivered|4");
}

static void a_dead_letter_can_start_again_or_be_dropped(void)
{
    struct delivery_failed failed = {
        .error = text_lit("550 no"), .is_final = OPT_TRUE, .attempts = 8};
    struct delivery_requeued requeued;
    struct delivery_dropped dropped;

    workspace.automation_telegram_enabled = OPT_FALSE;
    given_node();
    given_offline();
    given_applied(p);
    failed.outbox_id = requeued.outbox_id = dropped.outbox_id = the_delivery();
    given_outcome(&delivery_failed_event, &failed);
    expect_text(state(), "dead_letter|8|550 no");
    given_outcome(&delivery_requeued_event, &requeued);
    expect_text(
        value_of(
            p, "select status || attempts || (next_attempt_at = updated_at) || (last_error is null)"
               " from outbox"),
        "pending0truetrue");
    given_outcome(&delivery_failed_event, &failed);
    given_outcome(&delivery_dropped_event, &dropped);
    expect_text(state(), "dropped|8|550 no");
}

enum { CHANNEL = 40 };

/* A webhook for what is said of tasks and nodes, with more to it where a test says so. */
static struct channel_created make_channel(void)
{
    return (struct channel_created){
        {
            .channel_id = make_id(CHANNEL),
            .workspace_id = make_id(2),
            .name = text_lit("On call"),
            .kind = {CHANNEL_WEBHOOK},
            .host = text_lit("https://hooks.example.com"),
            .is_enabled = OPT_TRUE,
            .key_id = make_id(CHANNEL + 1),
        },
        {.text = text_lit("https://hooks.example.com/s3cret")},
    };
}

static void given_channel(const struct channel_created *channel)
{
    workspace.automation_email_enabled = OPT_FALSE;
    workspace.automation_telegram_enabled = OPT_FALSE;
    given_node();
    given_event(
        p->ledger, &channel_created_event, channel->definition.channel_id, make_id(2), channel);
}

static struct text rows_by_status(void)
{
    return value_of(
        p, "select string_agg(kind || ' ' || status, ', ' order by created_at, id) from outbox"
           " where channel_id is not null");
}

static void a_channel_without_a_condition_tells_every_event(void)
{
    const struct channel_created channel = make_channel();

    given_channel(&channel);
    given_offline();
    given_busy();
    given_applied(p);
    expect_text(rows_by_status(), "webhook pending, webhook pending");
    expect_text(
        value_of(
            p, "select count(*) from outbox o join events e on e.id = o.event_id"
               " where o.next_attempt_at = e.created_at"),
        "2");
}

static void a_channel_tells_what_its_severities_types_and_labels_let_through(void)
{
    static const struct enum_value critical[] = {{SEVERITY_CRITICAL}};
    static const struct text types[] = {TEXT_OF("node.*")};
    const struct node_labels_changed labels = {make_id(10), {text_lit("{\"env\":\"prod\"}")}};
    struct channel_created severe = make_channel();
    struct channel_created of_nodes = make_channel();
    struct channel_created of_prod = make_channel();
    struct channel_created of_test = make_channel();

    severe.definition.name = text_lit("critical");
    severe.definition.severities = (struct list){critical, 1};
    of_nodes.definition.channel_id = make_id(CHANNEL + 2);
    of_nodes.definition.name = text_lit("nodes");
    of_nodes.definition.types = (struct list){types, 1};
    of_prod.definition.channel_id = make_id(CHANNEL + 3);
    of_prod.definition.name = text_lit("prod");
    of_prod.definition.selector = text_lit("env=prod");
    of_test.definition.channel_id = make_id(CHANNEL + 4);
    of_test.definition.selector = text_lit("env!=prod");
    given_channel(&severe);
    given_event(p->ledger, &node_labels_changed_event, make_id(10), make_id(2), &labels);
    given_event(
        p->ledger, &channel_created_event, of_nodes.definition.channel_id, make_id(2), &of_nodes);
    given_event(
        p->ledger, &channel_created_event, of_prod.definition.channel_id, make_id(2), &of_prod);
    given_event(
        p->ledger, &channel_created_event, of_test.definition.channel_id, make_id(2), &of_test);
    given_offline(); /* node.offline, a warning */
    given_busy();    /* high.cpu, critical */
    given_applied(p);
    expect_text(
        value_of(
            p, "select string_agg(c.name || ' ' || e.type, ', '"
               " order by c.name, e.created_at)"
               " from outbox o join events e on e.id = o.event_id"
               " join channels c on c.id = o.channel_id"),
        "critical high.cpu, nodes node.offline, prod node.offline, prod high.cpu");
}

static void what_is_gathered_waits_and_becomes_one_row(void)
{
    struct channel_created channel = make_channel();
    struct record told = {.entry = {.event_id = UUID_NONE}};
    struct uuid deliveries[2];
    struct uuid events[2];
    struct digest_made made = {
        .digest_id = make_id(60),
        .channel_id = channel.definition.channel_id,
        .workspace_id = make_id(2),
        .delivery_ids = {deliveries, 2},
        .event_ids = {events, 2},
        .events = 2,
        .warnings = 1,
        .criticals = 1,
    };
    const struct node_went_offline offline = {
        make_id(10), {1772550000123000}, 90, {ABSENCE_SILENCE}};

    channel.definition.digest_seconds = 60;
    given_channel(&channel);
    for (size_t i = 0; i < 2; i++) {
        events[i] =
            given_event(p->ledger, &node_went_offline_event, make_id(10), make_id(2), &offline);
        told.entry.event_id = events[i];
        deliveries[i] = row_id(&told, &outbox_table, 2);
    }
    given_applied(p);
    expect_text(rows_by_status(), "webhook waiting, webhook waiting");
    given_event(p->ledger, &digest_made_event, made.digest_id, make_id(2), &made);
    given_applied(p);
    expect_text(rows_by_status(), "webhook digested, webhook digested, webhook pending");
    expect_text(value_of(p, "select events from outbox where status = 'pending'"), "2");
}

static void what_is_critical_heeds_no_quiet_hours(void)
{
    static const struct quiet_hours night = {TEXT_OF("22:00"), TEXT_OF("07:00"), TEXT_OF("UTC")};
    struct channel_created channel = make_channel();

    channel.definition.quiet_hours = &night;
    given_channel(&channel);
    given_offline();
    given_busy();
    given_applied(p);
    expect_text(rows_by_status(), "webhook waiting, webhook pending");
}

static void a_channel_that_is_off_or_gone_tells_nothing(void)
{
    const struct channel_created channel = make_channel();
    struct channel_changed off = {channel.definition, {.text = {NULL, 0}}};
    const struct channel_deleted deleted = {make_id(CHANNEL), make_id(2), OPT_FALSE};

    off.definition.is_enabled = OPT_FALSE;
    given_channel(&channel);
    given_offline();
    given_event(p->ledger, &channel_changed_event, make_id(CHANNEL), make_id(2), &off);
    given_offline();
    given_applied(p);
    expect_text(rows_by_status(), "webhook pending");
    given_event(p->ledger, &channel_deleted_event, make_id(CHANNEL), make_id(2), &deleted);
    given_offline();
    given_applied(p);
    expect_text(value_of(p, "select count(*) from outbox"), "0");
    expect_text(value_of(p, "select count(*) from channel_lists"), "0");
}

static void a_channel_that_is_switched_off_is_told_of_by_mail_whatever_automation_says(void)
{
    const struct channel_created channel = make_channel();
    const struct channel_switched_off off = {
        .channel_id = make_id(CHANNEL),
        .workspace_id = make_id(2),
        .name = text_lit("On call"),
        .failing_since = {1772550000123000},
        .failures = 24,
        .error = text_lit("503"),
    };

    given_channel(&channel);
    given_event(p->ledger, &channel_switched_off_event, make_id(CHANNEL), make_id(2), &off);
    given_applied(p);
    expect_text(
        value_of(
            p, "select o.kind || ' ' || e.type || ' ' || e.severity from outbox o"
               " join events e on e.id = o.event_id"),
        "mail.event channel.switched-off critical");
}

/* Of the platform, with this name. */
static void given_platforms(const char *name, unsigned n, struct list workspace_ids)
{
    struct channel_created channel = make_channel();

    channel.definition.channel_id = make_id(CHANNEL + n);
    channel.definition.workspace_id = make_id(1);
    channel.definition.name = text_from(name);
    channel.definition.workspace_ids = workspace_ids;
    given_event(
        p->ledger, &channel_created_event, channel.definition.channel_id, UUID_NONE, &channel);
}

static void a_channel_of_the_platform_tells_events_of_any_workspace_or_of_those_it_names(void)
{
    const struct uuid ours[] = {make_id(2)};
    const struct uuid others[] = {make_id(3)};
    const struct channel_created of_workspace = make_channel();
    struct channel_created of_other = make_channel();

    of_other.definition.channel_id = make_id(CHANNEL + 9);
    of_other.definition.workspace_id = make_id(3);
    of_other.definition.name = text_lit("of another workspace");
    given_channel(&of_workspace);
    given_event(
        p->ledger, &channel_created_event, of_other.definition.channel_id, make_id(3), &of_other);
    given_platforms("any", 2, (struct list){NULL, 0});
    given_platforms("ours", 3, (struct list){ours, 1});
    given_platforms("others", 4, (struct list){others, 1});
    given_offline();
    given_applied(p);
    expect_text(
        value_of(
            p, "select string_agg(c.name || coalesce(' of ' || o.workspace_id::text, ''), ', '"
               " order by c.name)"
               " from outbox o join channels c on c.id = o.channel_id"),
        text_c(
            p->arena, text_format(
                          p->arena, "On call of %.*s, any, ours",
                          TEXT_ARGS(value_of(p, "select id::text from workspaces")))));
}

/* They are of no workspace: no channel of one hears of them. */
static void what_the_platform_has_to_say_is_told_by_all_of_its_channels_and_no_others(void)
{
    const struct uuid others[] = {make_id(3)};
    const struct channel_created of_workspace = make_channel();
    const struct channel_switched_off off = {
        .channel_id = make_id(CHANNEL + 2),
        .workspace_id = make_id(1),
        .name = text_lit("dead"),
        .failing_since = {1772550000123000},
        .failures = 24,
        .error = text_lit("503"),
    };

    given_channel(&of_workspace);
    given_platforms("any", 3, (struct list){NULL, 0});
    given_platforms("others", 4, (struct list){others, 1});
    given_event(p->ledger, &channel_switched_off_event, make_id(CHANNEL + 2), UUID_NONE, &off);
    given_applied(p);
    expect_text(
        value_of(
            p, "select string_agg(coalesce(c.name, o.kind), ', ' order by c.name)"
               " from outbox o join events e on e.id = o.event_id and e.workspace_id is null"
               " left join channels c on c.id = o.channel_id"),
        "any, others, mail.event");
}

/* A rollout is of no workspace: its records name none. */
static void what_is_about_a_rollout_is_told_by_the_channels_of_its_nodes_workspace(void)
{
    const struct channel_created channel = make_channel();
    const struct uuid node_ids[] = {make_id(10)};
    const struct rollout_node nodes[] = {{make_id(2), UUID_NONE, text_lit("web-1"), {NULL, 0}}};
    const struct rollout_created created = {
        .rollout_id = make_id(60),
        .target_version = text_lit("1.1.0"),
        .rollback = OPT_FALSE,
        .artifacts = {"", 0},
        .node_ids = {node_ids, COUNT_OF(node_ids)},
        .nodes = {nodes, COUNT_OF(nodes)},
        .wave_size = 1,
        .pause_seconds = INT64_ABSENT,
    };

    given_channel(&channel);
    given_event(p->ledger, &rollout_created_event, created.rollout_id, UUID_NONE, &created);
    given_applied(p);
    expect_text(
        value_of(
            p, "select c.name || ' ' || e.type from outbox o join events e on e.id = o.event_id"
               " join channels c on c.id = o.channel_id"),
        "On call agent.update.rollout.created");
}

static const struct test tests[] = {
    TEST(an_event_of_a_listed_level_is_told_by_both_ways),
    TEST(a_level_that_is_not_listed_is_not_told),
    TEST(no_levels_at_all_tell_nothing),
    TEST(even_a_critical_event_of_a_node_needs_automation),
    TEST(a_message_needs_a_bot_and_a_chat),
    TEST(the_node_has_a_say_too),
    TEST(about_no_node_the_workspace_alone_has_a_say),
    TEST(that_a_schedules_owner_left_is_told),
    TEST(an_invitation_and_a_reset_are_told),
    TEST(an_enrollment_is_told),
    TEST(a_failed_delivery_is_due_again_and_then_done),
    TEST(a_dead_letter_can_start_again_or_be_dropped),
    TEST(a_channel_without_a_condition_tells_every_event),
    TEST(a_channel_tells_what_its_severities_types_and_labels_let_through),
    TEST(what_is_gathered_waits_and_becomes_one_row),
    TEST(what_is_critical_heeds_no_quiet_hours),
    TEST(a_channel_that_is_off_or_gone_tells_nothing),
    TEST(a_channel_that_is_switched_off_is_told_of_by_mail_whatever_automation_says),
    TEST(a_channel_of_the_platform_tells_events_of_any_workspace_or_of_those_it_names),
    TEST(what_the_platform_has_to_say_is_told_by_all_of_its_channels_and_no_others),
    TEST(what_is_about_a_rollout_is_told_by_the_channels_of_its_nodes_workspace),
};

const struct suite test_outbox_suite =
    SUITE_WITH("projections/notification/outbox", tests, .set_up = set_up, .tear_down = tear_down);
