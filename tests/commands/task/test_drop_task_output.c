/*
 * What tasks wrote, when its time is over: which of them are due, and what is dropped or withheld of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task.h"
#include "eventlog/events/privacy_events.h"
#include "tests/support/fleet.h"

enum { DAY_S = 24 * 3600, KEPT_DAYS = 30 };

static struct scenario *make_scenario(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    scenario_policy(s)->output_retention_us = INT64_C(1) * KEPT_DAYS * DAY_S * US_PER_S;
    given_node(s);
    return s;
}

/* Logs a line and reports its end; gives when that was recorded. */
static struct timestamp given_ended_task(struct scenario *s)
{
    const struct task_log_line lines[] = {{{TASK_LOG_STDOUT}, text_lit("a line"), {0}}};

    scenario_workspace(s, W1);
    given_running_task(s);
    GIVEN(
        s, HAPPENED(task_logged, .task_id = T1, .lines = {lines, COUNT_OF(lines)}),
        HAPPENED(
            task_reported, .task_id = T1, .output = text_lit("all of it"),
            .is_output_truncated = OPT_FALSE));
    scenario_pass(s, 60);
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_SUCCESS},
               .is_output_truncated = OPT_FALSE, .finished_at = scenario_now(s)));
    return scenario_now(s);
}

/* The two right before its end. */
static const struct list *output_at(const struct scenario *s)
{
    static int64_t positions[2];
    static struct list list = {positions, COUNT_OF(positions)};

    positions[0] = scenario_size(s) - 3;
    positions[1] = scenario_size(s) - 2;
    return &list;
}

static void when_asked(struct scenario *s)
{
    WHEN(s, query_due_output, .after = NULL);
}

static size_t due_count(struct scenario *s)
{
    when_asked(s);
    return ANSWER(s, due_output)->timers.count;
}

static void
when_dropping(struct scenario *s, struct timestamp ended_at, const struct list *positions)
{
    WHEN(
        s, drop_task_output, .task_id = T1, .ended_at = ended_at, .positions = *positions,
        .is_last = OPT_TRUE);
}

static void expect_dropped(
    struct scenario *s, struct timestamp ended_at, const struct list *positions, bool is_last)
{
    THEN_EMITTED(
        s, HAPPENED(
               task_output_dropped, .task_id = T1, .rule = text_lit("TASK_OUTPUT_RETENTION_DAYS"),
               .positions = *positions, .ended_at = ended_at, .is_last = opt_bool_of(is_last)));
}

static void output_is_due_so_long_after_the_end_and_until_all_is_dropped(void)
{
    struct scenario *s = make_scenario();
    struct timestamp ended_at = given_ended_task(s);
    struct list positions = *output_at(s);
    const struct list first = {positions.items, 1};
    const struct timer *due;

    scenario_pass(s, KEPT_DAYS * DAY_S - 1);
    expect_int64(due_count(s), 0);
    scenario_pass(s, 1);
    expect_int64(due_count(s), 1);
    due = ANSWER(s, due_output)->timers.items;
    expect(uuid_equal(due->id, T1));
    expect_int64(due->due.us, ended_at.us);
    expect(ANSWER(s, due_output)->last == NULL);
    WHEN(
        s, drop_task_output, .task_id = T1, .ended_at = ended_at, .positions = first,
        .is_last = OPT_FALSE);
    expect_dropped(s, ended_at, &first, false);
    expect_int64(due_count(s), 1);
    positions = (struct list){(const int64_t *)positions.items + 1, 1};
    when_dropping(s, ended_at, &positions);
    expect_dropped(s, ended_at, &positions, true);
    expect_int64(due_count(s), 0);
    when_dropping(s, ended_at, &positions);
    THEN_NOTHING(s);
}

static void without_the_setting_nothing_is_ever_due(void)
{
    struct scenario *s = make_scenario();
    struct timestamp ended_at = given_ended_task(s);
    const struct list *positions = output_at(s);

    scenario_policy(s)->output_retention_us = 0;
    scenario_pass(s, 4000 * DAY_S);
    expect_int64(due_count(s), 0);
    when_dropping(s, ended_at, positions);
    THEN_NOTHING(s);
}

static void an_order_that_comes_too_early_or_is_of_another_end_drops_nothing(void)
{
    struct scenario *s = make_scenario();
    struct timestamp ended_at = given_ended_task(s);
    const struct list *positions = output_at(s);

    scenario_pass(s, KEPT_DAYS * DAY_S - 1);
    when_dropping(s, ended_at, positions);
    THEN_NOTHING(s);
    scenario_pass(s, DAY_S);
    when_dropping(s, timestamp_plus_us(ended_at, -1), positions);
    THEN_NOTHING(s);
}

static void a_task_that_runs_or_wrote_nothing_is_never_due(void)
{
    struct scenario *s = make_scenario();
    const struct task_log_line lines[] = {{{TASK_LOG_STDOUT}, text_lit("a line"), {0}}};

    given_running_task(s);
    GIVEN(s, HAPPENED(task_logged, .task_id = T1, .lines = {lines, COUNT_OF(lines)}));
    expect_int64(scenario_timers(s, TIMER_TASK_OUTPUT), 0);
    s = make_scenario();
    given_running_task(s);
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_SUCCESS},
               .is_output_truncated = OPT_FALSE, .finished_at = scenario_now(s)));
    expect_int64(scenario_timers(s, TIMER_TASK_OUTPUT), 0);
}

/* Also where it is another kind of end, or one that tells itself what came of it, as older ones do. */
static void whatever_wrote_something_is_due_however_it_ended(void)
{
    struct scenario *s = make_scenario();
    const struct task_log_line lines[] = {{{TASK_LOG_STDOUT}, text_lit("a line"), {0}}};

    given_running_task(s);
    GIVEN(
        s, HAPPENED(task_logged, .task_id = T1, .lines = {lines, COUNT_OF(lines)}),
        HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_RUNNING}));
    expect_int64(scenario_timers(s, TIMER_TASK_OUTPUT), 1);
    s = make_scenario();
    given_running_task(s);
    GIVEN(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_SUCCESS},
               .output = text_lit("all of it"), .is_output_truncated = OPT_FALSE,
               .finished_at = scenario_now(s)));
    expect_int64(scenario_timers(s, TIMER_TASK_OUTPUT), 1);
}

static void given_hold(struct scenario *s, const char *name, const struct hold_placed *over)
{
    struct hold_placed placed = *over;

    placed.hold_id = id_named(name);
    placed.reason = text_lit("a dispute");
    GIVEN(s, (struct happened){&hold_placed_event, &placed, OUTCOME_DONE});
}

static void expect_withheld(struct scenario *s, const char *hold)
{
    THEN_EMITTED(
        s, HAPPENED(
               task_output_withheld, .task_id = T1, .hold_id = id_named(hold),
               .rule = text_lit("hold")));
}

static void a_hold_over_workspace_node_or_positions_withholds_it_on_record(void)
{
    for (int i = 0; i < 4; i++) {
        struct scenario *s = make_scenario();
        struct timestamp ended_at = given_ended_task(s);
        struct list positions = *output_at(s);
        const int64_t *at = positions.items;
        const struct hold_placed over[] = {
            {.kind = {HOLD_WORKSPACE}, .target_id = W1},
            {.kind = {HOLD_NODE}, .target_id = N1},
            {.kind = {HOLD_POSITIONS}, .first_position = 0, .last_position = at[0]},
            {.kind = {HOLD_POSITIONS}, .first_position = at[1], .last_position = 1 << 20},
        };
        scenario_pass(s, KEPT_DAYS * DAY_S);
        given_hold(s, "hold", &over[i]);
        when_dropping(s, ended_at, &positions);
        expect_withheld(s, "hold");
        when_dropping(s, ended_at, &positions);
        THEN_NOTHING(s);
    }
}

static void what_is_withheld_is_passed_over_until_the_last_hold_is_released(void)
{
    struct scenario *s = make_scenario();
    struct timestamp ended_at = given_ended_task(s);
    struct list positions = *output_at(s);

    scenario_pass(s, KEPT_DAYS * DAY_S);
    given_hold(s, "hold", &(struct hold_placed){.kind = {HOLD_NODE}, .target_id = N1});
    when_dropping(s, ended_at, &positions);
    expect_int64(due_count(s), 0);
    given_hold(s, "hold 2", &(struct hold_placed){.kind = {HOLD_WORKSPACE}, .target_id = W1});
    GIVEN(s, HAPPENED(hold_released, .hold_id = id_named("hold"), .reason = text_lit("settled")));
    expect_int64(due_count(s), 1);
    when_dropping(s, ended_at, &positions);
    expect_withheld(s, "hold 2");
    expect_int64(due_count(s), 0);
    GIVEN(s, HAPPENED(hold_released, .hold_id = id_named("hold 2"), .reason = text_lit("settled")));
    when_dropping(s, ended_at, &positions);
    expect_dropped(s, ended_at, &positions, true);
    expect(!uuid_is_present(task_output_hold(scenario_model(s), T1)));
}

static void a_hold_over_another_node_or_other_positions_withholds_nothing(void)
{
    struct scenario *s = make_scenario();
    struct timestamp ended_at = given_ended_task(s);
    struct list positions = *output_at(s);
    int64_t end = ((const int64_t *)positions.items)[1] + 1;

    scenario_pass(s, KEPT_DAYS * DAY_S);
    given_hold(s, "hold", &(struct hold_placed){.kind = {HOLD_NODE}, .target_id = N2});
    given_hold(
        s, "hold 2",
        &(struct hold_placed){
            .kind = {HOLD_POSITIONS}, .first_position = end, .last_position = end + 9});
    when_dropping(s, ended_at, &positions);
    expect_dropped(s, ended_at, &positions, true);
}

static void a_task_whose_output_is_dropped_says_when_and_is_as_it_was(void)
{
    struct scenario *s = make_scenario();
    AUTO_ARENA arena = arena_new(1 << 16);
    struct timestamp ended_at = given_ended_task(s);
    struct list positions = *output_at(s);
    struct task_state_view task;

    scenario_pass(s, KEPT_DAYS * DAY_S);
    when_dropping(s, ended_at, &positions);
    expect(model_load(scenario_model(s), &task_aggregate, T1, arena, &task));
    expect_int64(task.status.is, TASK_SUCCESS);
    expect_int64(task.updated_at.us, ended_at.us);
    expect_int64(task.output_dropped_at.us, scenario_recorded(s, 0).us);
}

/* Its stream goes on where it was, and is forgotten with the last of its output. */
static void a_task_that_has_left_the_write_model_loses_its_output_all_the_same(void)
{
    struct scenario *s = make_scenario();
    AUTO_ARENA arena = arena_new(1 << 16);
    struct timestamp ended_at = given_ended_task(s);
    struct list positions = *output_at(s);
    const struct uuid task_ids[] = {T1};
    struct task_state_view task;
    uint64_t revision = model_revision(scenario_model(s), T1);

    GIVEN(
        s,
        HAPPENED(task_retired, .rule = text_lit("FINISHED_TASK_DAYS"), .task_ids = {task_ids, 1}));
    expect(!model_load(scenario_model(s), &task_aggregate, T1, arena, &task));
    expect_int64(model_revision(scenario_model(s), T1), revision);
    scenario_pass(s, KEPT_DAYS * DAY_S);
    expect_int64(due_count(s), 1);
    when_dropping(s, ended_at, &positions);
    expect_dropped(s, ended_at, &positions, true);
    expect_int64(due_count(s), 0);
    expect_int64(model_revision(scenario_model(s), T1), 0);
}

static void a_hold_over_its_node_withholds_it_then_too(void)
{
    struct scenario *s = make_scenario();
    struct timestamp ended_at = given_ended_task(s);
    struct list positions = *output_at(s);
    const struct uuid task_ids[] = {T1};

    GIVEN(
        s,
        HAPPENED(task_retired, .rule = text_lit("FINISHED_TASK_DAYS"), .task_ids = {task_ids, 1}));
    scenario_pass(s, KEPT_DAYS * DAY_S);
    given_hold(s, "hold", &(struct hold_placed){.kind = {HOLD_NODE}, .target_id = N1});
    when_dropping(s, ended_at, &positions);
    expect_withheld(s, "hold");
    expect_int64(due_count(s), 0);
}

static const struct test tests[] = {
    TEST(output_is_due_so_long_after_the_end_and_until_all_is_dropped),
    TEST(without_the_setting_nothing_is_ever_due),
    TEST(an_order_that_comes_too_early_or_is_of_another_end_drops_nothing),
    TEST(a_task_that_runs_or_wrote_nothing_is_never_due),
    TEST(whatever_wrote_something_is_due_however_it_ended),
    TEST(a_hold_over_workspace_node_or_positions_withholds_it_on_record),
    TEST(what_is_withheld_is_passed_over_until_the_last_hold_is_released),
    TEST(a_hold_over_another_node_or_other_positions_withholds_nothing),
    TEST(a_task_whose_output_is_dropped_says_when_and_is_as_it_was),
    TEST(a_task_that_has_left_the_write_model_loses_its_output_all_the_same),
    TEST(a_hold_over_its_node_withholds_it_then_too),
};

const struct suite test_drop_task_output_suite = SUITE("commands/task/drop_task_output", tests);
