/*
 * What becomes of a rolling run when the clock looks at it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/rolling.h"

#include <stdio.h>
#include <string.h>

static struct scenario *given_run(const struct rolling_run_created *run)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_fleet(s, run->node_ids.count);
    given_rolling_run(s, run);
    return s;
}

static void expect_figures(const struct scenario *s, const char *wanted)
{
    struct rolling_run run = rolling_run_of(s, RUN1);
    char figures[128];

    snprintf(
        figures, sizeof(figures),
        "%s: %d pending, %d active, %d succeeded, %d failed, %d not reached, %d skipped",
        enum_name(rolling_status_names, run.status), (int)run.pending, (int)run.active,
        (int)run.succeeded, (int)run.failed, (int)run.not_reached, (int)run.skipped);
    expect_text(text_from(figures), wanted);
}

static struct happened task_for(const struct scenario *s, int n, size_t target)
{
    static struct task_created made[4];

    made[n] = (struct task_created){
        .task_id = scenario_made(s, n),
        .workspace_id = W1,
        .node_id = fleet_node(target),
        .type = text_lit("shell.exec"),
        .payload = {text_lit("{\"command\":\"date\"}")},
        .is_internal = OPT_FALSE,
        .template_version = INT64_ABSENT,
        .rolling_run_id = RUN1,
        .rolling_target_id = target_id_of(RUN1, target)};
    return (struct happened){&task_created_event, &made[n], OUTCOME_DONE};
}

/* A wave of so many targets, the first of which is the n-th. */
static struct happened
wave(const struct scenario *s, int64_t number, bool is_canary, size_t first, size_t count)
{
    static struct rolling_target_begun begun[4];
    static struct rolling_run_wave_begun event;

    for (size_t i = 0; i < count; i++)
        begun[i] =
            (struct rolling_target_begun){target_id_of(RUN1, first + i), scenario_made(s, (int)i)};
    event = (struct rolling_run_wave_begun){
        .run_id = RUN1,
        .is_canary = opt_bool_of(is_canary),
        .begun = {begun, count},
        .ended = {"", 0},
        .reach_at = timestamp_plus_us(scenario_now(s), INT64_C(3600) * US_PER_S),
        .number = number,
    };
    return (struct happened){&rolling_run_wave_begun_event, &event, OUTCOME_DONE};
}

static void the_canary_is_first_and_the_rest_waits_for_it(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 5);
    struct scenario *s = given_run(&run);

    when_looked_at(s);
    THEN_EMITTED(s, task_for(s, 0, 0), wave(s, 1, true, 0, 1));
    THEN_CAUSED_BY(s, rolling_run_created);
    when_looked_at(s);
    THEN_NOTHING(s);
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    when_looked_at(s);
    expect_figures(
        s, "running: 2 pending, 2 active, 1 succeeded, 0 failed, 0 not reached, 0 skipped");
}

static void a_wave_that_is_over_is_counted_in_one_event_and_the_next_begins(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 4);
    struct scenario *s;
    struct rolling_target_ended ended[2];

    run.canary = 0;
    s = given_run(&run);
    when_looked_at(s);
    given_target_ended(s, RUN1, 1, TASK_SUCCESS);
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    for (size_t i = 0; i < 2; i++)
        ended[i] = (struct rolling_target_ended){
            .target_id = target_id_of(RUN1, i), .status = {TARGET_SUCCEEDED}};
    when_looked_at(s);
    THEN_EMITTED(
        s, HAPPENED(rolling_run_counted, .run_id = RUN1, .ended = {ended, 2}), task_for(s, 0, 2),
        task_for(s, 1, 3), wave(s, 2, false, 2, 2));
}

static void a_wave_goes_on_while_one_of_it_is_active(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 4);
    struct scenario *s;

    run.canary = 0;
    s = given_run(&run);
    when_looked_at(s);
    given_target_ended(s, RUN1, 1, TASK_SUCCESS);
    when_settled(s);
    expect_figures(
        s, "running: 2 pending, 1 active, 1 succeeded, 0 failed, 0 not reached, 0 skipped");
}

static void the_failure_of_the_canary_stops_it(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 3);
    struct scenario *s = given_run(&run);
    const struct rolling_target_ended ended = {
        .target_id = target_id_of(RUN1, 0),
        .status = {TARGET_FAILED},
        .reason = {TARGET_TASK_FAILED}};

    when_looked_at(s);
    given_target_ended(s, RUN1, 0, TASK_FAILED);
    when_looked_at(s);
    THEN_EMITTED(
        s, HAPPENED(rolling_run_counted, .run_id = RUN1, .ended = {&ended, 1}),
        HAPPENED(rolling_run_stopped, .run_id = RUN1, .cause = {STOPPED_BY_FAILURES}));
    expect_int64(scenario_timers(s, TIMER_ROLLING_RUN), 0);
}

static void a_canary_that_is_not_reached_stops_it_too(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 3);
    struct scenario *s = given_run(&run);

    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = fleet_node(0)));
    when_settled(s);
    expect_figures(
        s, "stopped: 2 pending, 0 active, 0 succeeded, 0 failed, 1 not reached, 0 skipped");
}

static void others_that_are_not_reached_do_not_stop_it(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 3);
    struct scenario *s;

    run.canary = 0;
    run.wave_size = 1;
    s = given_run(&run);
    GIVEN(
        s, HAPPENED(node_maintenance_entered, .node_id = fleet_node(0)),
        HAPPENED(node_removed, .node_id = fleet_node(1)));
    when_settled(s);
    expect_figures(
        s, "running: 0 pending, 1 active, 0 succeeded, 0 failed, 2 not reached, 0 skipped");
}

static void so_many_failures_as_it_may_have_do_not_stop_it(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 4);
    struct scenario *s;

    run.canary = 0;
    run.most_failures = 1;
    s = given_run(&run);
    when_looked_at(s);
    given_target_ended(s, RUN1, 0, TASK_FAILED);
    given_target_ended(s, RUN1, 1, TASK_SUCCESS);
    when_looked_at(s);
    expect_figures(
        s, "running: 0 pending, 2 active, 1 succeeded, 1 failed, 0 not reached, 0 skipped");
    given_target_ended(s, RUN1, 2, TASK_FAILED);
    when_looked_at(s);
    expect_figures(
        s, "stopped: 0 pending, 1 active, 1 succeeded, 2 failed, 0 not reached, 0 skipped");
    given_target_ended(s, RUN1, 3, TASK_SUCCESS);
    when_settled(s);
    expect_figures(
        s, "stopped: 0 pending, 0 active, 2 succeeded, 2 failed, 0 not reached, 0 skipped");
}

static void it_pauses_between_waves(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 2);
    struct scenario *s;

    run.pause_seconds = 300;
    s = given_run(&run);
    when_looked_at(s);
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    when_looked_at(s);
    expect_figures(
        s, "pausing: 1 pending, 0 active, 1 succeeded, 0 failed, 0 not reached, 0 skipped");
    scenario_pass(s, 298);
    when_looked_at(s);
    THEN_NOTHING(s);
    when_looked_at(s);
    expect_figures(
        s, "running: 0 pending, 1 active, 1 succeeded, 0 failed, 0 not reached, 0 skipped");
}

static void it_is_completed_when_all_are_over(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 1);
    struct scenario *s = given_run(&run);

    when_looked_at(s);
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    when_settled(s);
    expect_figures(
        s, "completed: 0 pending, 0 active, 1 succeeded, 0 failed, 0 not reached, 0 skipped");
    expect_int64(scenario_timers(s, TIMER_ROLLING_RUN), 0);
}

static void a_task_that_nobody_claims_in_time_is_given_up(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 2);
    struct scenario *s;
    const struct rolling_target_ended ended = {
        .target_id = target_id_of(RUN1, 1),
        .status = {TARGET_NOT_REACHED},
        .reason = {TARGET_NOT_CLAIMED}};
    struct uuid waiting;

    run.canary = 0;
    run.reach_seconds = 60;
    s = given_run(&run);
    when_looked_at(s);
    waiting = task_of_target(s, RUN1, 1);
    GIVEN(
        s, HAPPENED(
               task_started, .task_id = task_of_target(s, RUN1, 0), .started_at = scenario_now(s)));
    scenario_pass(s, 60);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_cancelled, .task_id = waiting,
            .reason = text_lit("No agent claimed it in the time that its rolling run gives.")),
        HAPPENED(rolling_run_counted, .run_id = RUN1, .ended = {&ended, 1}));
    expect_figures(
        s, "running: 0 pending, 1 active, 0 succeeded, 0 failed, 1 not reached, 0 skipped");
}

static void one_that_an_agent_has_claimed_is_looked_at_again(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 1);
    struct scenario *s;

    run.reach_seconds = 60;
    s = given_run(&run);
    when_looked_at(s);
    GIVEN(
        s, HAPPENED(
               task_claimed, .task_id = task_of_target(s, RUN1, 0), .node_id = fleet_node(0),
               .claim_token = T2, .lease_until = at("2026-03-22T13:00:00Z")));
    scenario_pass(s, 60);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               rolling_run_counted, .run_id = RUN1, .ended = {"", 0},
               .reach_at = timestamp_plus_us(scenario_now(s), 60 * US_PER_S)));
}

static void a_task_that_somebody_cancels_has_failed_and_says_why(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 1);
    struct scenario *s = given_run(&run);
    const struct rolling_target_ended ended = {
        .target_id = target_id_of(RUN1, 0),
        .status = {TARGET_FAILED},
        .reason = {TARGET_TASK_CANCELLED}};

    when_looked_at(s);
    GIVEN(
        s,
        HAPPENED(task_cancelled, .task_id = task_of_target(s, RUN1, 0), .reason = text_lit("No.")));
    when_looked_at(s);
    THEN_EMITTED(
        s, HAPPENED(rolling_run_counted, .run_id = RUN1, .ended = {&ended, 1}),
        HAPPENED(rolling_run_stopped, .run_id = RUN1, .cause = {STOPPED_BY_FAILURES}));
}

static void a_node_that_is_removed_before_it_begins_was_not_reached(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 1);
    struct scenario *s;

    run.canary = 0;
    s = given_run(&run);
    when_looked_at(s);
    GIVEN(
        s,
        HAPPENED(
            task_cancelled, .task_id = task_of_target(s, RUN1, 0),
            .reason = text_lit("The node was removed.")),
        HAPPENED(node_removed, .node_id = fleet_node(0)));
    when_settled(s);
    expect_figures(
        s, "completed: 0 pending, 0 active, 0 succeeded, 0 failed, 1 not reached, 0 skipped");
}

static void the_version_of_its_template_stays_the_one_it_was_made_with(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 1);
    struct scenario *s;
    struct happened task;
    struct task_created wanted;

    run.template_id = id_named("template 1");
    run.template_name = text_lit("Restart");
    run.template_version = 3;
    s = given_run(&run); /* the template is gone */
    when_looked_at(s);
    task = task_for(s, 0, 0);
    wanted = *(const struct task_created *)task.event;
    wanted.template_id = run.template_id;
    wanted.template_name = run.template_name;
    wanted.template_version = 3;
    task.event = &wanted;
    THEN_EMITTED(s, task, wave(s, 1, true, 0, 1));
}

static void while_its_workspace_is_archived_it_waits_then_goes_on(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 2);
    struct scenario *s = given_run(&run);

    when_looked_at(s);
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_TRUE));
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    expect_int64(scenario_timers(s, TIMER_ROLLING_RUN), 0);
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_FALSE));
    when_looked_at(s);
    expect_figures(
        s, "running: 0 pending, 1 active, 1 succeeded, 0 failed, 0 not reached, 0 skipped");
}

static void its_targets_have_ids_that_sort_by_their_number(void)
{
    for (size_t n = 0; n < ROLLING_MOST_TARGETS; n++) {
        struct uuid id = target_id_of(RUN1, n);
        expect_int64(target_number_of(RUN1, id), (int64_t)n);
        expect_int64(target_number_of(RUN2, id), -1);
        expect(uuid_version(id) == 8);
        if (n > 0) {
            struct uuid before = target_id_of(RUN1, n - 1);
            expect(memcmp(&before, &id, sizeof(id)) < 0);
        }
    }
    expect_int64(target_number_of(RUN1, fleet_node(0)), -1);
}

static void no_wave_begins_while_a_window_is_open(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 3);
    struct scenario *s = given_run(&run);
    const struct window window = {
        .name = text_lit("Freeze"),
        .minutes = INT64_ABSENT,
        .from = at("2026-03-22T12:00:02Z"),
        .until = at("2026-03-22T12:30:00Z"),
    };

    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {&window, 1}));
    when_looked_at(s);
    THEN_EMITTED(s, task_for(s, 0, 0), wave(s, 1, true, 0, 1));
    given_target_ended(s, RUN1, 0, TASK_SUCCESS);
    when_settled(s);
    expect_figures(
        s, "pausing: 2 pending, 0 active, 1 succeeded, 0 failed, 0 not reached, 0 skipped");
    expect(rolling_run_of(s, RUN1).next_at.us == window.until.us);
    scenario_pass(s, 1800);
    WHEN_DUE(s);
    THEN_EMITTED(s, task_for(s, 0, 1), task_for(s, 1, 2), wave(s, 2, false, 1, 2));
}

static void what_a_window_held_back_goes_on_when_it_is_taken_away(void)
{
    struct rolling_run_created run = make_rolling_run(RUN1, 3);
    struct scenario *s = given_run(&run);
    const struct window window = {
        .name = text_lit("Freeze"),
        .minutes = INT64_ABSENT,
        .from = at("2026-03-22T12:00:00Z"),
        .until = at("2026-03-29T12:00:00Z"),
    };

    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {&window, 1}));
    when_looked_at(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            rolling_run_held, .run_id = RUN1, .window = text_lit("Freeze"), .until = window.until));
    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {&window, 0}));
    when_looked_at(s);
    THEN_EMITTED(s, task_for(s, 0, 0), wave(s, 1, true, 0, 1));
}

static const struct test tests[] = {
    TEST(no_wave_begins_while_a_window_is_open),
    TEST(what_a_window_held_back_goes_on_when_it_is_taken_away),
    TEST(the_canary_is_first_and_the_rest_waits_for_it),
    TEST(a_wave_that_is_over_is_counted_in_one_event_and_the_next_begins),
    TEST(a_wave_goes_on_while_one_of_it_is_active),
    TEST(the_failure_of_the_canary_stops_it),
    TEST(a_canary_that_is_not_reached_stops_it_too),
    TEST(others_that_are_not_reached_do_not_stop_it),
    TEST(so_many_failures_as_it_may_have_do_not_stop_it),
    TEST(it_pauses_between_waves),
    TEST(it_is_completed_when_all_are_over),
    TEST(a_task_that_nobody_claims_in_time_is_given_up),
    TEST(one_that_an_agent_has_claimed_is_looked_at_again),
    TEST(a_task_that_somebody_cancels_has_failed_and_says_why),
    TEST(a_node_that_is_removed_before_it_begins_was_not_reached),
    TEST(the_version_of_its_template_stays_the_one_it_was_made_with),
    TEST(while_its_workspace_is_archived_it_waits_then_goes_on),
    TEST(its_targets_have_ids_that_sort_by_their_number),
};

const struct suite test_advance_rolling_run_suite =
    SUITE("commands/rolling/advance_rolling_run", tests);
