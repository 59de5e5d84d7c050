/*
 * Schedules as the API shows them, and what the audit trail and the system events say of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/schedule_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

#define SCHEDULE  make_id(40)
#define WORKSPACE make_id(2)
#define TEAM      make_id(50)

static const struct recurrence daily = {
    .cadence = {CADENCE_DAILY},
    .minute = 5,
    .hour = 3,
    .day_of_week = INT64_ABSENT,
    .interval_minutes = INT64_ABSENT,
    .timezone = TEXT_OF("Europe/Berlin"),
};

static const struct timestamp due = {INT64_C(1774317900) * US_PER_S}; /* 2026-03-24T02:05:00Z */

static void given(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, SCHEDULE, WORKSPACE, event);
}

static void given_schedule(bool is_of_team)
{
    const struct schedule_created created = {
        .schedule_id = SCHEDULE,
        .workspace_id = WORKSPACE,
        .node_id = is_of_team ? UUID_NONE : make_id(10),
        .target_team_id = is_of_team ? TEAM : UUID_NONE,
        .target_team_name = is_of_team ? text_lit("Core") : (struct text){NULL, 0},
        .owner_user_id = make_id(1),
        .name = text_lit("Nightly"),
        .command = text_lit("date"),
        .run_as_root = OPT_FALSE,
        .recurrence = &daily,
        .timezone_source = {TIMEZONE_OF_WORKSPACE},
        .next_run_at = due,
    };

    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
    given(&schedule_created_event, &created);
    p->ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
}

static void set_up(void)
{
    p = make_projected();
    given_ada_registered(p);
    given_web(p, "web");
}

static void tear_down(void)
{
    end_projected(p);
}

static void expect_row(const char *columns, const char *wanted)
{
    given_applied(p);
    expect_text(
        value_of(
            p,
            text_c(
                p->arena,
                text_format(
                    p->arena, "select concat_ws(' ', %s) from set_test.scheduled_tasks", columns))),
        wanted);
}

static void expect_system_event(const char *type, const char *message)
{
    given_applied(p);
    expect_text(
        value_of(
            p, text_c(
                   p->arena,
                   text_format(
                       p->arena,
                       "select message from set_test.events where type = '%s' order by created_at "
                       "desc limit 1",
                       type))),
        message);
}

static void one_is_shown_as_it_was_created(void)
{
    given_schedule(false);
    expect_row(
        "name, command, cadence, minute, hour, coalesce(day_of_week, -1), timezone, "
        "timezone_source, enabled, extract(epoch from next_run_at)::bigint",
        "Nightly date daily 5 3 -1 Europe/Berlin workspace t 1774317900");
    expect_system_event(
        "task.schedule.created",
        "Scheduled task Nightly created. Every day at 03:05 Europe/Berlin");
}

static void one_of_a_team_is_told_in_its_workspace(void)
{
    given_schedule(true);
    expect_system_event(
        "task.schedule.created",
        "Scheduled task Nightly created for team Core. Every day at 03:05 Europe/Berlin");
    expect_text(
        value_of(
            p, "select concat_ws(' ', workspace_id = (select workspace_id from "
               "set_test.scheduled_tasks), node_id is null) from set_test.events where type like "
               "'task.schedule%'"),
        "t t");
    expect_text(
        value_of(p, "select action from set_test.audit_logs where target_type = 'scheduled-task'"),
        "task-schedule.team-created");
}

static void a_run_is_noted_with_its_first_task(void)
{
    const struct uuid tasks[] = {make_id(30), make_id(31)};
    const struct schedule_ran ran = {
        SCHEDULE, due, {tasks, 2}, timestamp_plus_us(due, US_PER_S), {NULL, 0}};

    given_schedule(false);
    given(&schedule_ran_event, &ran);
    expect_row(
        "last_run_at is not null, last_run_task_id is not null, last_error is null, "
        "extract(epoch from next_run_at)::bigint",
        "t t t 1774317901");
    expect_system_event(
        "task.schedule.triggered", "Scheduled task Nightly queued a shell.exec run.");
    expect_text(
        value_of(
            p, "select jsonb_array_length(metadata->'taskIds')::text from set_test.events where "
               "type = 'task.schedule.triggered'"),
        "2");
}

static void a_team_without_nodes_is_an_error_but_no_system_event(void)
{
    const struct schedule_ran ran = {SCHEDULE, due, {"", 0}, due, {NULL, 0}};

    given_schedule(true);
    given(&schedule_ran_event, &ran);
    expect_row(
        "last_run_at is null, last_error",
        "t No eligible nodes matched the scheduled task target at execution time.");
    expect_text(
        value_of(
            p, "select count(*)::text from set_test.events where type = 'task.schedule.triggered'"),
        "0");
}

static void a_failure_is_shown_until_it_runs_again(void)
{
    const struct uuid task = make_id(30);
    const struct schedule_failed failed = {
        SCHEDULE, due, text_lit("task_root_denied"), text_lit("not as root"), due};
    const struct schedule_ran ran = {SCHEDULE, due, {&task, 1}, due, {NULL, 0}};

    given_schedule(false);
    given(&schedule_failed_event, &failed);
    expect_row("last_error, last_run_at is null", "not as root t");
    expect_system_event(
        "task.schedule.failed", "Scheduled task Nightly failed to queue a run: not as root");
    given(&schedule_ran_event, &ran);
    expect_row("last_error is null", "t");
}

static void while_a_window_holds_it_back_it_says_which(void)
{
    const struct uuid task = make_id(30);
    const struct schedule_held held = {
        SCHEDULE, due, {HELD_BY_WINDOW}, text_lit("Freeze"), timestamp_plus_us(due, US_PER_S)};
    const struct schedule_ran ran = {SCHEDULE, due, {&task, 1}, due, {NULL, 0}};

    given_schedule(true);
    given(&schedule_held_event, &held);
    expect_row("held_by, held_until - next_run_at", "Freeze 00:00:01");
    expect_system_event(
        "task.schedule.held",
        "Scheduled task Nightly is held back until 2026-03-24T02:05:01.000Z by the window "
        "Freeze.");
    given(&schedule_ran_event, &ran);
    expect_row("held_by is null, held_until is null", "t t");
}

static void what_was_left_out_is_told(void)
{
    const struct schedule_skipped skipped = {
        SCHEDULE, 3, OPT_FALSE, due, timestamp_plus_us(due, 600 * US_PER_S)};

    given_schedule(false);
    given(&schedule_skipped_event, &skipped);
    expect_system_event(
        "task.schedule.skipped",
        "Scheduled task Nightly left out 3 runs, from 2026-03-24T02:05:00.000Z to "
        "2026-03-24T02:15:00.000Z.");
}

static void one_that_is_off_is_never_due(void)
{
    const struct schedule_disabled off = {SCHEDULE, {DISABLED_ON_REQUEST}};
    const struct schedule_enabled on = {SCHEDULE, due};

    given_schedule(false);
    given(&schedule_disabled_event, &off);
    expect_row("enabled, next_run_at is null", "f t");
    expect_system_event("task.schedule.updated", "Scheduled task Nightly disabled.");
    given(&schedule_enabled_event, &on);
    expect_row("enabled, next_run_at is null", "t f");
    expect_system_event(
        "task.schedule.updated",
        "Scheduled task Nightly enabled. Every day at 03:05 Europe/Berlin");
}

static void that_its_owner_left_is_told_by_an_event_of_its_own(void)
{
    const struct schedule_disabled left = {SCHEDULE, {DISABLED_OWNER_LEFT}};

    given_schedule(false);
    given(&schedule_disabled_event, &left);
    expect_system_event(
        "task.schedule.owner-left",
        "Scheduled task Nightly disabled: its owner has left the workspace.");
}

static void it_follows_the_time_zone_of_its_workspace(void)
{
    const struct schedule_retimed retimed = {SCHEDULE, text_lit("Asia/Tokyo"), due};

    given_schedule(false);
    given(&schedule_retimed_event, &retimed);
    expect_row("timezone", "Asia/Tokyo");
    expect_system_event(
        "task.schedule.updated",
        "Scheduled task Nightly follows its workspace. Every day at 03:05 Asia/Tokyo");
}

static void a_deleted_one_is_gone_but_told_with_its_id(void)
{
    const struct schedule_deleted deleted = {
        .schedule_id = SCHEDULE,
        .reason = {SCHEDULE_DELETED_ON_REQUEST},
        .name = text_lit("Nightly"),
        .node_id = make_id(10)};

    given_schedule(false);
    given(&schedule_deleted_event, &deleted);
    given_applied(p);
    expect_text(value_of(p, "select count(*)::text from set_test.scheduled_tasks"), "0");
    expect_system_event("task.schedule.deleted", "Scheduled task Nightly deleted.");
    expect_text(
        value_of(
            p, "select concat_ws(' ', metadata->>'scheduleName', metadata->>'scheduleId' is not "
               "null) from set_test.events where type = 'task.schedule.deleted'"),
        "Nightly t");
}

static const struct test tests[] = {
    TEST(one_is_shown_as_it_was_created),
    TEST(one_of_a_team_is_told_in_its_workspace),
    TEST(a_run_is_noted_with_its_first_task),
    TEST(a_team_without_nodes_is_an_error_but_no_system_event),
    TEST(a_failure_is_shown_until_it_runs_again),
    TEST(while_a_window_holds_it_back_it_says_which),
    TEST(what_was_left_out_is_told),
    TEST(one_that_is_off_is_never_due),
    TEST(that_its_owner_left_is_told_by_an_event_of_its_own),
    TEST(it_follows_the_time_zone_of_its_workspace),
    TEST(a_deleted_one_is_gone_but_told_with_its_id),
};

const struct suite test_schedules_suite =
    SUITE_WITH("projections/schedule/schedules", tests, .set_up = set_up, .tear_down = tear_down);
