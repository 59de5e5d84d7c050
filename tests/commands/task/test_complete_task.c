/*
 * Agents that have finished.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "core/shape/alteration.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

/* As agents report it. */
enum { SAYS_SUCCESS = 1, SAYS_FAILED, SAYS_CANCELLED, SAYS_CANCELED, SAYS_TIMEOUT };

static struct complete_task make_report(struct scenario *s, struct uuid task_id, int64_t status)
{
    return (struct complete_task){
        .node_id = N1,
        .credential_digest = digest_named(s, "agent 1"),
        .task_id = task_id,
        .status = {status},
        .exit_code = INT64_ABSENT,
        .duration_ms = INT64_ABSENT,
    };
}

static void when_reported(struct scenario *s, const struct complete_task *report)
{
    scenario_when(s, &complete_task_command, report);
}

static void a_success_is_kept_with_its_result_and_output(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_SUCCESS);
    const struct task_state_view *task;

    report.result = (struct json){text_lit("{\"a\":1}")};
    report.output = text_lit("done");
    report.exit_code = 0;
    report.timestamp = at("2026-03-22T12:00:05Z");
    given_node(s);
    given_running_task(s);
    when_reported(s, &report);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_reported, .task_id = T1, .result = {text_lit("{\"a\":1}")},
            .output = text_lit("done"), .is_output_truncated = OPT_FALSE),
        HAPPENED(
            task_completed, .task_id = T1, .status = {TASK_SUCCESS},
            .is_output_truncated = OPT_FALSE, .finished_at = scenario_recorded(s, 0),
            .said_finished_at = report.timestamp));
    task = ANSWER(s, task_state_view);
    expect_int64(task->status.is, TASK_SUCCESS);
    expect_int64(task->reported_size, scenario_size(s) - 1);
    expect_int64(task->completed_size, scenario_size(s));
}

static void without_a_result_one_is_made_of_what_was_said(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_TIMEOUT);

    report.exit_code = 137;
    report.duration_ms = 60000;
    report.error = text_lit("killed");
    report.timestamp = at("2026-03-22T12:00:05Z");
    given_node(s);
    given_running_task(s);
    when_reported(s, &report);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_reported, .task_id = T1,
            .result = {text_lit("{\"exitCode\":137,\"durationMs\":60000,"
                                "\"completedAt\":\"2026-03-22T12:00:05.000Z\",\"error\":\"killed\","
                                "\"reason\":\"timeout\"}")},
            .output = text_lit("killed"), .is_output_truncated = OPT_FALSE),
        HAPPENED(
            task_completed, .task_id = T1, .status = {TASK_FAILED},
            .is_output_truncated = OPT_FALSE, .finished_at = scenario_recorded(s, 0),
            .said_finished_at = report.timestamp));
}

/* Its agent's clock is far behind ours. */
static void given_started_by_the_agents_clock(struct scenario *s)
{
    given_node(s);
    given_accepted_task(s);
    GIVEN(
        s,
        HAPPENED(
            task_started, .task_id = T1, .started_at = at("1999-01-01"), .is_by_agent = OPT_TRUE));
}

/* From the start to the end that the answer shows, in whole seconds. */
static int64_t shown_seconds(struct scenario *s)
{
    const struct task_state_view *task = ANSWER(s, task_state_view);

    return (task->finished_at.us - task->started_at.us + US_PER_S / 2) / US_PER_S;
}

static void both_ends_are_by_the_agents_clock_where_it_said_both(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_SUCCESS);

    report.timestamp = at("1999-01-01T00:01:40Z");
    given_started_by_the_agents_clock(s);
    when_reported(s, &report);
    expect_int64(shown_seconds(s), 100);
    expect_int64(ANSWER(s, task_state_view)->finished_at.us, report.timestamp.us);
}

static void both_ends_are_by_our_clock_where_the_agent_said_one(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_SUCCESS);

    given_started_by_the_agents_clock(s);
    scenario_pass(s, 30);
    when_reported(s, &report);
    expect_int64(shown_seconds(s), 30);
}

static void an_end_before_the_start_is_by_our_clock(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_SUCCESS);

    report.timestamp = at("1998-12-31T23:00:00Z");
    given_started_by_the_agents_clock(s);
    scenario_pass(s, 30);
    when_reported(s, &report);
    expect_int64(shown_seconds(s), 30);
}

static void where_nothing_was_said_there_is_no_result_and_no_output(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_CANCELED);

    given_node(s);
    given_running_task(s);
    when_reported(s, &report);
    THEN_EMITTED(
        s, HAPPENED(
               task_completed, .task_id = T1, .status = {TASK_CANCELLED},
               .is_output_truncated = OPT_FALSE, .finished_at = scenario_recorded(s, 0)));
    THEN_CAUSED_BY(s, task_started);
}

static void what_was_sent_to_the_agent_may_end_before_it_was_said_to_begin(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, own_task, SAYS_SUCCESS);
    const struct task_state_view *task;

    report.is_pushed = OPT_TRUE;
    given_node(s);
    given_own_task(s);
    when_reported(s, &report);
    task = ANSWER(s, task_state_view);
    expect_int64(task->status.is, TASK_SUCCESS);
    expect(timestamp_is_present(task->started_at));
}

static void a_long_output_is_cut_between_characters(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_SUCCESS);
    static char output[4 * 4001 + 1];

    for (size_t i = 0; i < sizeof(output); i++)
        output[i] = "\xF0\x9F\x98\x80"[i % 4];
    report.output = (struct text){output, sizeof(output) - 1};
    given_node(s);
    given_running_task(s);
    when_reported(s, &report);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_reported, .task_id = T1, .output = {output, 4 * 4000},
            .is_output_truncated = OPT_TRUE),
        HAPPENED(
            task_completed, .task_id = T1, .status = {TASK_SUCCESS},
            .is_output_truncated = OPT_FALSE, .finished_at = scenario_recorded(s, 0)));
}

static void an_output_that_was_cut_before_is_marked(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_SUCCESS);
    const struct alteration altered[] = {{text_lit("output"), {ALTERED_CUT}}};

    report.output = text_lit("begin");
    report.altered = (struct list){altered, 1};
    given_node(s);
    given_running_task(s);
    when_reported(s, &report);
    THEN_EMITTED(
        s,
        HAPPENED(
            task_reported, .task_id = T1, .output = text_lit("begin"),
            .is_output_truncated = OPT_TRUE),
        HAPPENED(
            task_completed, .task_id = T1, .status = {TASK_SUCCESS},
            .is_output_truncated = OPT_FALSE, .finished_at = scenario_recorded(s, 0),
            .altered = {altered, 1}));
}

static void the_same_end_twice_is_no_news(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_SUCCESS);

    given_node(s);
    given_running_task(s);
    when_reported(s, &report);
    when_reported(s, &report);
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, task_state_view)->status.is, TASK_SUCCESS);
}

static void another_end_is_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, own_task, SAYS_CANCELED);

    given_node(s);
    given_own_claim(s);
    GIVEN(s, HAPPENED(task_timed_out, .task_id = own_task, .previous_status = {TASK_RUNNING}));
    when_reported(s, &report);
    THEN_REFUSED(
        s, CONFLICT,
        "Task 33000000-0000-4000-8000-000000000000 is already failed and cannot transition to canceled");
}

static void what_does_not_run_cannot_end(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, own_task, SAYS_SUCCESS);

    given_node(s);
    given_own_claim(s);
    when_reported(s, &report);
    THEN_REFUSED(
        s, CONFLICT,
        "Task 33000000-0000-4000-8000-000000000000 is in accepted state and cannot be completed");
}

static void strangers_complete_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct complete_task report = make_report(s, T1, SAYS_SUCCESS);

    report.credential_digest = digest_named(s, "x");
    given_node(s);
    given_running_task(s);
    when_reported(s, &report);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
}

static const struct test tests[] = {
    TEST(a_success_is_kept_with_its_result_and_output),
    TEST(without_a_result_one_is_made_of_what_was_said),
    TEST(both_ends_are_by_the_agents_clock_where_it_said_both),
    TEST(both_ends_are_by_our_clock_where_the_agent_said_one),
    TEST(an_end_before_the_start_is_by_our_clock),
    TEST(where_nothing_was_said_there_is_no_result_and_no_output),
    TEST(what_was_sent_to_the_agent_may_end_before_it_was_said_to_begin),
    TEST(a_long_output_is_cut_between_characters),
    TEST(an_output_that_was_cut_before_is_marked),
    TEST(the_same_end_twice_is_no_news),
    TEST(another_end_is_refused),
    TEST(what_does_not_run_cannot_end),
    TEST(strangers_complete_nothing),
};

const struct suite test_complete_task_suite = SUITE("commands/task/complete_task", tests);
