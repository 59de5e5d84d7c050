/*
 * Lines of running tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "core/shape/alteration.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void a_line_is_kept_with_its_level(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct timestamp written = at("2026-03-22T11:59:59Z");
    const struct task_log_line lines[] = {{{TASK_LOG_STDERR}, text_lit("oops"), written}};
    const struct log_answer *answer;

    given_node(s);
    given_running_task(s);
    WHEN(
        s, log_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"), .task_id = T1,
        .stream = text_lit("stderr"), .line = text_lit("oops"), .timestamp = written);
    THEN_EMITTED(s, HAPPENED(task_logged, .task_id = T1, .lines = {lines, 1}));
    answer = ANSWER(s, log_answer);
    expect(uuid_is_present(answer->id));
    expect(uuid_equal(answer->task_id, T1));
    expect_int64(answer->level.is, TASK_LOG_STDERR);
    expect_text(answer->message, "oops");
    expect_int64(answer->timestamp.us, written.us);
    expect_int64(answer->created_at.us, scenario_recorded(s, 0).us);
}

static void several_lines_are_one_event(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct log_line_input more[] = {
        {text_lit("stdout"), text_lit("two"), {0}}, {text_lit("system"), text_lit("three"), {0}}};
    const struct task_log_line lines[] = {
        {{TASK_LOG_STDOUT}, text_lit("one"), {0}},
        {{TASK_LOG_STDOUT}, text_lit("two"), {0}},
        {{TASK_LOG_INFO}, text_lit("three"), {0}}};

    given_node(s);
    given_running_task(s);
    WHEN(
        s, log_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"), .task_id = T1,
        .stream = text_lit("stdout"), .line = text_lit("one"), .lines = {more, 2});
    THEN_EMITTED(s, HAPPENED(task_logged, .task_id = T1, .lines = {lines, 3}));
    WHEN(
        s, log_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"), .task_id = T1,
        .lines = {more, 2});
    THEN_EMITTED(s, HAPPENED(task_logged, .task_id = T1, .lines = {lines + 1, 2}));
    expect_text(ANSWER(s, log_answer)->message, "two");
}

static void an_empty_line_is_a_line(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct task_log_line lines[] = {{{TASK_LOG_STDOUT}, text_lit(""), {0}}};

    given_node(s);
    given_running_task(s);
    WHEN(
        s, log_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"), .task_id = T1,
        .stream = text_lit("stdout"), .line = text_lit(""));
    THEN_EMITTED(s, HAPPENED(task_logged, .task_id = T1, .lines = {lines, 1}));
    expect_int64(ANSWER(s, log_answer)->timestamp.us, scenario_recorded(s, 0).us);
}

static void a_report_without_a_line_stands_for_an_empty_one(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct alteration altered[] = {{text_lit("line"), {ALTERED_DROPPED}}};
    const struct task_log_line lines[] = {{{TASK_LOG_STDOUT}, text_lit(""), {0}}};

    given_node(s);
    given_running_task(s);
    WHEN(
        s, log_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"), .task_id = T1,
        .stream = text_lit("stdout"), .altered = {altered, 1});
    THEN_EMITTED(
        s, HAPPENED(task_logged, .task_id = T1, .lines = {lines, 1}, .altered = {altered, 1}));
    expect_text(ANSWER(s, log_answer)->message, "");
}

static void a_line_without_a_stream_is_information(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct task_log_line lines[] = {{{TASK_LOG_INFO}, text_lit("x"), {0}}};

    given_node(s);
    given_running_task(s);
    WHEN(
        s, log_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"), .task_id = T1,
        .line = text_lit("x"));
    THEN_EMITTED(s, HAPPENED(task_logged, .task_id = T1, .lines = {lines, 1}));
}

static void only_a_running_task_writes(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_own_claim(s);
    WHEN(
        s, log_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .task_id = own_task, .stream = text_lit("stdout"), .line = text_lit("x"));
    THEN_REFUSED(
        s, CONFLICT,
        "Task 33000000-0000-4000-8000-000000000000 is in accepted state and cannot accept logs");
}

static void strangers_write_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    WHEN(
        s, log_task, .node_id = N1, .credential_digest = digest_named(s, "x"), .task_id = T1,
        .stream = text_lit("stdout"), .line = text_lit("x"));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent credentials");
}

static const struct test tests[] = {
    TEST(a_line_is_kept_with_its_level),
    TEST(several_lines_are_one_event),
    TEST(an_empty_line_is_a_line),
    TEST(a_report_without_a_line_stands_for_an_empty_one),
    TEST(a_line_without_a_stream_is_information),
    TEST(only_a_running_task_writes),
    TEST(strangers_write_nothing),
};

const struct suite test_log_task_suite = SUITE("commands/task/log_task", tests);
