/*
 * When a schedule would run, and when it will.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/schedules.h"

static const struct next_run *run_of(const struct scenario *s, size_t n)
{
    return (const struct next_run *)ANSWER(s, schedule_preview)->runs.items + n;
}

static void expect_run(const struct scenario *s, size_t n, const char *run_at, const char *local)
{
    expect(n < ANSWER(s, schedule_preview)->runs.count);
    expect(run_of(s, n)->run_at.us == at(run_at).us);
    expect_text(run_of(s, n)->local_time, local);
}

static void a_preview_shows_ten_runs_and_records_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-28T12:00:00Z");
    struct create_schedule order = make_schedule_order();

    given_node(s);
    order.order.cadence.is = CADENCE_DAILY;
    order.order.cron = (struct text){NULL, 0};
    order.order.hour = 2;
    order.order.minute = 30;
    order.order.timezone = text_lit("Europe/Berlin");
    scenario_when(s, &preview_schedule_command, &order);
    THEN_NOTHING(s);
    expect_text(ANSWER(s, schedule_preview)->label, "Every day at 02:30 Europe/Berlin");
    expect_text(ANSWER(s, schedule_preview)->timezone, "Europe/Berlin");
    expect_int64(ANSWER(s, schedule_preview)->runs.count, 10);
    expect_run(s, 0, "2026-03-29T01:30:00Z", "2026-03-29T03:30:00+02:00");
    expect_run(s, 1, "2026-03-30T00:30:00Z", "2026-03-30T02:30:00+02:00");
}

static void a_run_says_which_window_holds_it_back(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    const struct window nightly = {
        .name = text_lit("Backups"),
        .cron = text_lit("15 * * * *"),
        .timezone = text_lit("UTC"),
        .minutes = 10,
    };

    given_node(s);
    given_schedule_due(s, S1, "2026-03-22T12:10:00Z");
    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {&nightly, 1}));
    WHEN(s, query_next_runs, .workspace_id = W1, .id = S1, .count = 3);
    expect(!text_is_present(run_of(s, 0)->held_by));
    expect_text(run_of(s, 1)->held_by, "Backups");
    expect(!text_is_present(run_of(s, 2)->held_by));
}

static void what_could_not_be_created_has_no_preview(void)
{
    struct scenario *s = scenario_at("2026-03-28T12:00:00Z");
    struct create_schedule order = make_schedule_order();

    given_node(s);
    order.node_id = UUID_NONE;
    scenario_when(s, &preview_schedule_command, &order);
    THEN_REFUSED(s, INVALID, "Either nodeId or teamId must be given.");
}

static void one_that_is_there_tells_as_many_as_are_asked_for(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");

    given_node(s);
    given_schedule_due(s, S1, "2026-03-22T12:10:00Z");
    WHEN(s, query_next_runs, .workspace_id = W1, .id = S1, .count = 3);
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, schedule_preview)->runs.count, 3);
    expect_run(s, 0, "2026-03-22T12:10:00Z", "2026-03-22T12:10:00+00:00");
    expect_run(s, 2, "2026-03-22T12:30:00Z", "2026-03-22T12:30:00+00:00");
}

static void one_that_is_off_has_none(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");

    given_node(s);
    given_schedule_due(s, S1, "2026-03-22T12:10:00Z");
    WHEN(s, switch_schedule, .id = S1, .enabled = OPT_FALSE);
    WHEN(s, query_next_runs, .id = S1, .count = 3);
    expect_int64(ANSWER(s, schedule_preview)->runs.count, 0);
}

static void an_unknown_one_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");

    given_node(s);
    WHEN(s, query_next_runs, .id = S1, .count = 3);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Scheduled task %s was not found", S1));
}

static const struct test tests[] = {
    TEST(a_preview_shows_ten_runs_and_records_nothing),
    TEST(a_run_says_which_window_holds_it_back),
    TEST(what_could_not_be_created_has_no_preview),
    TEST(one_that_is_there_tells_as_many_as_are_asked_for),
    TEST(one_that_is_off_has_none),
    TEST(an_unknown_one_is_not_found),
};

const struct suite test_preview_schedule_suite = SUITE("commands/schedule/preview_schedule", tests);
