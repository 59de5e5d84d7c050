/*
 * Schedules in a story.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_schedules.h"

#include "eventlog/events/schedule_events.h"
#include "eventlog/events/workspace_events.h"

static const struct recurrence weekly = {
    .cadence = {CADENCE_WEEKLY},
    .minute = 30,
    .hour = 2,
    .day_of_week = 0,
    .interval_minutes = INT64_ABSENT,
    .timezone = TEXT_OF("Europe/Berlin"),
};
static const struct recurrence by_cron = {
    .cadence = {CADENCE_CRON},
    .minute = 0,
    .hour = INT64_ABSENT,
    .day_of_week = INT64_ABSENT,
    .interval_minutes = INT64_ABSENT,
    .cron = TEXT_OF("*/5 9-17 * * MON-FRI"),
    .timezone = TEXT_OF("UTC"),
};

static struct timestamp later(const struct test_ledger *ledger, int64_t hours)
{
    return timestamp_plus_us(ledger->now, hours * 3600 * US_PER_S);
}

static void as_clock(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    ledger->origin = (struct origin){0};
}

static void as_owner(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1), .session = make_id(2)};
    ledger->origin = (struct origin){
        .address = {.text = text_lit("192.0.2.7")}, .user_agent = {.text = text_lit("curl/8")}};
}

static void given_runs(struct test_ledger *ledger, const struct cast *cast, struct uuid schedule_id)
{
    const struct schedule_skipped skipped = {
        schedule_id, 3, OPT_FALSE, later(ledger, -4), later(ledger, -2)};
    const struct schedule_ran ran = {
        schedule_id, ledger->now, {&cast->task, 1}, later(ledger, 168), {NULL, 0}};
    const struct schedule_failed failed = {
        schedule_id, ledger->now, text_lit("task_root_denied"),
        text_lit("Node says \"no\"; nothing is run"), later(ledger, 336)};

    const struct schedule_held held = {
        schedule_id, later(ledger, -4), {HELD_BY_WINDOW}, text_lit("Freeze"), later(ledger, -1)};

    as_clock(ledger);
    given_event(ledger, &schedule_held_event, schedule_id, cast->workspace, &held);
    given_event(ledger, &schedule_skipped_event, schedule_id, cast->workspace, &skipped);
    given_event(ledger, &schedule_ran_event, schedule_id, cast->workspace, &ran);
    given_event(ledger, &schedule_failed_event, schedule_id, cast->workspace, &failed);
}

static void
given_switches(struct test_ledger *ledger, const struct cast *cast, struct uuid schedule_id)
{
    const struct schedule_disabled off = {schedule_id, {DISABLED_ON_REQUEST}};
    const struct schedule_enabled on = {schedule_id, later(ledger, 1)};
    const struct schedule_retimed retimed = {schedule_id, text_lit("Asia/Tokyo"), later(ledger, 2)};
    const struct schedule_disabled left = {schedule_id, {DISABLED_OWNER_LEFT}};

    as_owner(ledger);
    given_event(ledger, &schedule_disabled_event, schedule_id, cast->workspace, &off);
    given_event(ledger, &schedule_enabled_event, schedule_id, cast->workspace, &on);
    given_event(ledger, &schedule_retimed_event, schedule_id, cast->workspace, &retimed);
    given_event(ledger, &schedule_disabled_event, schedule_id, cast->workspace, &left);
}

static void given_windows(struct test_ledger *ledger, const struct cast *cast)
{
    const struct window windows[] = {
        {.name = text_lit("Backups; \"quoted\""),
         .cron = text_lit("0 2 * * *"),
         .timezone = text_lit("Europe/Berlin"),
         .minutes = 90},
        {.name = text_lit("Freeze"),
         .minutes = INT64_ABSENT,
         .from = later(ledger, 24),
         .until = later(ledger, 48)},
    };
    const struct workspace_windows_changed changed = {
        cast->workspace, {windows, COUNT_OF(windows)}};

    given_event(
        ledger, &workspace_windows_changed_event, cast->workspace, cast->workspace, &changed);
}

void given_story_of_schedules(struct test_ledger *ledger, const struct cast *cast, unsigned chapter)
{
    const struct schedule_created of_node = {
        .schedule_id = make_id(9000 + 2 * chapter),
        .workspace_id = cast->workspace,
        .node_id = cast->node,
        .owner_user_id = cast->admin,
        .name = text_lit("Weekly; \"quoted\""),
        .command = text_lit("apt-get -y upgrade"),
        .run_as_root = OPT_TRUE,
        .recurrence = &weekly,
        .timezone_source = {TIMEZONE_OF_WORKSPACE},
        .next_run_at = later(ledger, 1),
    };
    const struct schedule_created of_team = {
        .schedule_id = make_id(9001 + 2 * chapter),
        .workspace_id = cast->workspace,
        .target_team_id = make_id(52),
        .target_team_name = text_lit("Edge"),
        .template_id = make_id(8000),
        .template_name = text_lit("Restart"),
        .owner_user_id = cast->admin,
        .name = text_lit("Restarts"),
        .parameters = {text_lit("{\"unit\":\"nginx\"}")},
        .run_as_root = OPT_FALSE,
        .recurrence = &by_cron,
        .timezone_source = {TIMEZONE_FIXED},
        .next_run_at = later(ledger, 1),
    };
    const struct schedule_ran nobody = {
        of_team.schedule_id, ledger->now, {"", 0}, later(ledger, 2), text_lit("env=prod")};
    const struct schedule_deleted deleted = {
        .schedule_id = of_team.schedule_id,
        .reason = {SCHEDULE_DELETED_ON_REQUEST},
        .name = of_team.name,
        .target_team_id = of_team.target_team_id};

    as_owner(ledger);
    given_event(ledger, &schedule_created_event, of_node.schedule_id, cast->workspace, &of_node);
    given_event(ledger, &schedule_created_event, of_team.schedule_id, cast->workspace, &of_team);
    given_windows(ledger, cast);
    given_runs(ledger, cast, of_node.schedule_id);
    given_event(ledger, &schedule_ran_event, of_team.schedule_id, cast->workspace, &nobody);
    given_switches(ledger, cast, of_node.schedule_id);
    if (chapter % 2 == 0)
        given_event(
            ledger, &schedule_deleted_event, of_team.schedule_id, cast->workspace, &deleted);
}
