/*
 * What happens when a schedule is due: once, whatever came before.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/schedule/schedule.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"
#include "tests/support/schedules.h"
#include "tests/support/templates.h"

static struct scenario *given_due_at(const char *next_run_at)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");

    given_node(s);
    given_schedule_due(s, S1, next_run_at);
    return s;
}

static const char payload[] =
    "{\"title\":\"Nightly\",\"command\":\"date\",\"runAsRoot\":false,\"scheduleId\":\"%s\","
    "\"scheduleName\":\"Nightly\"}";

static struct happened task_for(struct scenario *s, int n, struct uuid node_id, struct uuid team_id)
{
    static struct task_created made[4];

    made[n] = (struct task_created){
        .task_id = scenario_made(s, n),
        .workspace_id = W1,
        .node_id = node_id,
        .target_team_id = team_id,
        .type = text_lit("shell.exec"),
        .payload = {text_from(naming(s, payload, S1))},
        .is_internal = OPT_FALSE,
        .template_version = INT64_ABSENT};
    return (struct happened){&task_created_event, &made[n], OUTCOME_DONE};
}

static struct happened ran(struct scenario *s, const char *due_at, size_t tasks, const char *next)
{
    static struct uuid ids[4];
    static struct schedule_ran event;

    for (size_t i = 0; i < tasks; i++)
        ids[i] = scenario_made(s, (int)i);
    event = (struct schedule_ran){
        .schedule_id = S1, .due_at = at(due_at), .task_ids = {ids, tasks}, .next_run_at = at(next)};
    return (struct happened){&schedule_ran_event, &event, OUTCOME_DONE};
}

static void it_makes_its_task_and_is_due_again_later(void)
{
    struct scenario *s = given_due_at("2026-03-22T12:10:00Z");

    scenario_pass(s, 419);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, task_for(s, 0, N1, UUID_NONE),
        ran(s, "2026-03-22T12:10:00Z", 1, "2026-03-22T12:20:00Z"));
    THEN_CAUSED_BY(s, schedule_created);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 1);
}

static void what_it_missed_is_run_once_and_the_rest_is_on_record(void)
{
    struct scenario *s = given_due_at("2026-03-22T12:10:00Z");

    scenario_pass(s, 3600 - 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            schedule_skipped, .schedule_id = S1, .count = 5, .has_more = OPT_FALSE,
            .since = at("2026-03-22T12:10:00Z"), .until = at("2026-03-22T12:50:00Z")),
        task_for(s, 0, N1, UUID_NONE), ran(s, "2026-03-22T13:00:00Z", 1, "2026-03-22T13:10:00Z"));
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static void after_very_many_it_stops_counting(void)
{
    struct scenario *s = given_due_at("2026-03-22T12:10:00Z");

    scenario_pass(s, 3600 * 24 * 30);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            schedule_skipped, .schedule_id = S1, .count = 1000, .has_more = OPT_TRUE,
            .since = at("2026-03-22T12:10:00Z"), .until = at("2026-03-29T10:40:00Z")),
        task_for(s, 0, N1, UUID_NONE), ran(s, "2026-03-29T10:50:00Z", 1, "2026-04-21T12:10:00Z"));
}

static void a_team_is_as_large_as_it_is_then(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    given_node(s);
    given_another_node(s, N2, W1, "web-2");
    given_another_node(s, id_named("node 3"), W1, "web-3");
    given_team_called(s, G1, W1, "Core");
    schedule.node_id = UUID_NONE;
    schedule.target_team_id = G1;
    given_schedule(s, &schedule);
    GIVEN(
        s, HAPPENED(node_team_changed, .node_id = N1, .team_id = G1, .team_name = text_lit("Core")),
        HAPPENED(node_team_changed, .node_id = N2, .team_id = G1, .team_name = text_lit("Core")),
        HAPPENED(node_maintenance_entered, .node_id = N2));
    scenario_pass(s, 600);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, task_for(s, 0, N1, G1), ran(s, "2026-03-22T12:10:00Z", 1, "2026-03-22T12:20:00Z"));
}

static void a_team_without_nodes_is_no_failure(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    given_node(s);
    given_team_called(s, G1, W1, "Core");
    schedule.node_id = UUID_NONE;
    schedule.target_team_id = G1;
    given_schedule(s, &schedule);
    scenario_pass(s, 600);
    WHEN_DUE(s);
    THEN_EMITTED(s, ran(s, "2026-03-22T12:10:00Z", 0, "2026-03-22T12:20:00Z"));
}

static struct window make_window(const char *from, const char *until)
{
    return (struct window){
        .name = text_lit("Freeze"), .minutes = INT64_ABSENT, .from = at(from), .until = at(until)};
}

static void given_window(struct scenario *s, const struct window *window)
{
    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {window, 1}));
}

static void while_a_window_is_open_it_is_held_back_and_then_runs_once(void)
{
    struct scenario *s = given_due_at("2026-03-22T12:10:00Z");
    const struct window window = make_window("2026-03-22T12:00:00Z", "2026-03-22T13:05:00Z");

    given_window(s, &window);
    scenario_pass(s, 420);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               schedule_held, .schedule_id = S1, .due_at = at("2026-03-22T12:10:00Z"),
               .reason = {HELD_BY_WINDOW}, .window = text_lit("Freeze"), .until = window.until));
    scenario_pass(s, 3299);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            schedule_skipped, .schedule_id = S1, .count = 5, .has_more = OPT_FALSE,
            .since = at("2026-03-22T12:10:00Z"), .until = at("2026-03-22T12:50:00Z")),
        task_for(s, 0, N1, UUID_NONE), ran(s, "2026-03-22T13:00:00Z", 1, "2026-03-22T13:10:00Z"));
}

static void what_a_window_held_back_is_due_at_once_when_it_is_taken_away(void)
{
    struct scenario *s = given_due_at("2026-03-22T12:10:00Z");
    const struct window window = make_window("2026-03-22T12:00:00Z", "2026-03-29T12:00:00Z");

    given_window(s, &window);
    scenario_pass(s, 420);
    WHEN_DUE(s);
    GIVEN(s, HAPPENED(workspace_windows_changed, .workspace_id = W1, .windows = {&window, 0}));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, task_for(s, 0, N1, UUID_NONE),
        ran(s, "2026-03-22T12:10:00Z", 1, "2026-03-22T12:20:00Z"));
}

static void what_fails_waits_for_its_next_time(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    given_node(s);
    schedule.run_as_root = OPT_TRUE;
    given_schedule(s, &schedule);
    scenario_pass(s, 600);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               schedule_failed, .schedule_id = S1, .due_at = at("2026-03-22T12:10:00Z"),
               .code = text_lit("task_root_denied"),
               .reason = text_lit("Node web-1 does not currently allow task root access. Applied "
                                  "profile is off."),
               .next_run_at = at("2026-03-22T12:20:00Z")));
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static void one_that_fails_holds_no_other_up(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S2, "2026-03-22T12:05:00Z");

    given_node(s);
    schedule.run_as_root = OPT_TRUE;
    given_schedule(s, &schedule);
    given_schedule_due(s, S1, "2026-03-22T12:10:00Z");
    scenario_pass(s, 420);
    WHEN_DUE(s);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, task_for(s, 0, N1, UUID_NONE),
        ran(s, "2026-03-22T12:10:00Z", 1, "2026-03-22T12:20:00Z"));
}

static void what_runs_as_root_says_so_to_the_agent(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");

    given_node(s);
    given_root_access(s, ROOT_TASK);
    schedule.run_as_root = OPT_TRUE;
    given_schedule(s, &schedule);
    scenario_pass(s, 600);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_created, .task_id = scenario_made(s, 0), .workspace_id = W1, .node_id = N1,
            .type = text_lit("shell.exec"), .is_internal = OPT_FALSE,
            .template_version = INT64_ABSENT,
            .payload = {text_from(naming(
                s,
                "{\"title\":\"Nightly\",\"command\":\"date\",\"runAsRoot\":true,"
                "\"rootScope\":\"task\",\"scheduleId\":\"%s\",\"scheduleName\":\"Nightly\"}",
                S1))}),
        ran(s, "2026-03-22T12:10:00Z", 1, "2026-03-22T12:20:00Z"));
}

static void during_maintenance_it_waits_then_runs_once(void)
{
    struct scenario *s = given_due_at("2026-03-22T12:10:00Z");

    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N1));
    scenario_pass(s, 1800);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    GIVEN(s, HAPPENED(node_maintenance_left, .node_id = N1));
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            schedule_skipped, .schedule_id = S1, .count = 2, .has_more = OPT_FALSE,
            .since = at("2026-03-22T12:10:00Z"), .until = at("2026-03-22T12:20:00Z")),
        task_for(s, 0, N1, UUID_NONE), ran(s, "2026-03-22T12:30:00Z", 1, "2026-03-22T12:40:00Z"));
}

static void while_its_workspace_is_archived_it_waits_then_runs_once(void)
{
    struct scenario *s = given_due_at("2026-03-22T12:10:00Z");

    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_TRUE));
    scenario_pass(s, 1800);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 0);
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_FALSE));
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            schedule_skipped, .schedule_id = S1, .count = 2, .has_more = OPT_FALSE,
            .since = at("2026-03-22T12:10:00Z"), .until = at("2026-03-22T12:20:00Z")),
        task_for(s, 0, N1, UUID_NONE), ran(s, "2026-03-22T12:30:00Z", 1, "2026-03-22T12:40:00Z"));
}

static void of_two_reasons_to_wait_the_last_one_counts(void)
{
    struct scenario *s = given_due_at("2026-03-22T12:10:00Z");

    GIVEN(
        s, HAPPENED(node_maintenance_entered, .node_id = N1),
        HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_TRUE),
        HAPPENED(node_maintenance_left, .node_id = N1));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 0);
    GIVEN(s, HAPPENED(workspace_changed, .workspace_id = W1, .is_archived = OPT_FALSE));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 1);
}

static void one_that_is_created_during_maintenance_waits_too(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");

    given_node(s);
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N1));
    given_schedule_due(s, S1, "2026-03-22T12:10:00Z");
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 0);
    GIVEN(s, HAPPENED(node_maintenance_left, .node_id = N1));
    expect_int64(scenario_timers(s, TIMER_SCHEDULE), 1);
}

static struct scenario *given_template_run(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:03:00Z");
    struct schedule_created schedule = make_schedule(S1, "2026-03-22T12:10:00Z");
    struct template_definition template = make_template(P1);

    given_node(s);
    given_template(s, &template);
    schedule.command = (struct text){NULL, 0};
    schedule.template_id = P1;
    schedule.template_name = template.name;
    schedule.parameters.text = text_lit("{\"unit\":\"nginx\"}");
    given_schedule(s, &schedule);
    scenario_pass(s, 600);
    return s;
}

static void what_runs_is_the_template_of_that_day(void)
{
    struct scenario *s = given_template_run();
    struct template_changed changed = {make_template(P1)};

    changed.definition.version = 2;
    changed.definition.name = text_lit("Stop");
    changed.definition.payload.text = text_lit("{\"unit\":\"{{unit}}\"}");
    GIVEN(s, (struct happened){&template_changed_event, &changed, OUTCOME_DONE});
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_created, .task_id = scenario_made(s, 0), .workspace_id = W1, .node_id = N1,
            .template_id = P1, .template_name = text_lit("Stop"), .template_version = 2,
            .type = text_lit("shell.exec"), .is_internal = OPT_FALSE,
            .payload = {text_lit("{\"unit\":\"nginx\",\"environment\":{}}")}),
        ran(s, "2026-03-22T12:10:00Z", 1, "2026-03-22T12:20:00Z"));
}

static void a_template_that_its_values_fit_no_more_fails_that_run(void)
{
    struct scenario *s = given_template_run();
    struct template_changed changed = {make_template(P1)};

    changed.definition.version = 2;
    changed.definition.parameters = (struct list){NULL, 0};
    changed.definition.payload.text = text_lit("{\"command\":\"uptime\"}");
    GIVEN(s, (struct happened){&template_changed_event, &changed, OUTCOME_DONE});
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               schedule_failed, .schedule_id = S1, .due_at = at("2026-03-22T12:10:00Z"),
               .code = text_lit("validation_failed"),
               .reason = text_lit("parameters.unit is no parameter of the template"),
               .next_run_at = at("2026-03-22T12:20:00Z")));
}

static void a_template_that_is_gone_fails_that_run(void)
{
    struct scenario *s = given_template_run();

    GIVEN(s, HAPPENED(template_deleted, .template_id = P1, .workspace_id = W1));
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               schedule_failed, .schedule_id = S1, .due_at = at("2026-03-22T12:10:00Z"),
               .code = text_lit("task_template_not_found"),
               .reason = text_from(naming(s, "Task template %s was not found", P1)),
               .next_run_at = at("2026-03-22T12:20:00Z")));
}

static const struct test tests[] = {
    TEST(it_makes_its_task_and_is_due_again_later),
    TEST(what_it_missed_is_run_once_and_the_rest_is_on_record),
    TEST(after_very_many_it_stops_counting),
    TEST(a_team_is_as_large_as_it_is_then),
    TEST(a_team_without_nodes_is_no_failure),
    TEST(while_a_window_is_open_it_is_held_back_and_then_runs_once),
    TEST(what_a_window_held_back_is_due_at_once_when_it_is_taken_away),
    TEST(what_fails_waits_for_its_next_time),
    TEST(one_that_fails_holds_no_other_up),
    TEST(what_runs_as_root_says_so_to_the_agent),
    TEST(during_maintenance_it_waits_then_runs_once),
    TEST(while_its_workspace_is_archived_it_waits_then_runs_once),
    TEST(of_two_reasons_to_wait_the_last_one_counts),
    TEST(one_that_is_created_during_maintenance_waits_too),
    TEST(what_runs_is_the_template_of_that_day),
    TEST(a_template_that_its_values_fit_no_more_fails_that_run),
    TEST(a_template_that_is_gone_fails_that_run),
};

const struct suite test_run_schedule_suite = SUITE("commands/schedule/run_schedule", tests);
