/*
 * What sinks report of themselves.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/sink/sink_commands.h"
#include "tests/support/scenario.h"

#define K1 id_named("sink 1")
#define FAILING(at)                                                                                \
    .sink_id = K1, .report = {SINK_REPORT_FAILING}, .position = at, .reason = text_lit("away")
#define RECOVERED(at) .sink_id = K1, .report = {SINK_REPORT_RECOVERED}, .position = at
#define REFUSED(at)                                                                                \
    .sink_id = K1, .report = {SINK_REPORT_REFUSED}, .position = at, .reason = text_lit("status 400")

static struct scenario *given_sink(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    GIVEN(
        s,
        HAPPENED(
            sink_created, .sink_id = K1, .name = text_lit("SIEM"), .address = text_lit("file:///a"),
            .format = {EXPORT_JSONL}, .is_paused = OPT_FALSE, .from_position = INT64_ABSENT));
    return s;
}

static int64_t next_position(struct scenario *s)
{
    WHEN(s, query_sinks, .any = {0});
    return ((const struct known_sink *)ANSWER(s, known_sinks)->items.items)->next_position;
}

static void a_failure_is_on_record_once_and_so_is_its_end(void)
{
    struct scenario *s = given_sink();

    WHEN(s, report_sink, FAILING(5));
    THEN_EMITTED(
        s, HAPPENED(sink_failing, .sink_id = K1, .position = 5, .reason = text_lit("away")));
    WHEN(s, report_sink, FAILING(5));
    THEN_NOTHING(s);
    WHEN(s, report_sink, RECOVERED(9));
    THEN_EMITTED(s, HAPPENED(sink_recovered, .sink_id = K1, .position = 9));
    WHEN(s, report_sink, RECOVERED(9));
    THEN_NOTHING(s);
    expect_int64(next_position(s), 9);
}

static void a_dead_letter_is_on_record_once(void)
{
    struct scenario *s = given_sink();

    WHEN(s, report_sink, REFUSED(7));
    THEN_EMITTED(
        s, HAPPENED(sink_refused, .sink_id = K1, .position = 7, .reason = text_lit("status 400")));
    expect_int64(next_position(s), 8);
    WHEN(s, report_sink, REFUSED(7));
    THEN_NOTHING(s);
}

static void nothing_takes_a_sink_back(void)
{
    struct scenario *s = given_sink();

    WHEN(s, report_sink, REFUSED(7));
    WHEN(s, report_sink, FAILING(3));
    expect_int64(next_position(s), 8);
}

static void a_report_of_a_sink_that_is_gone_changes_nothing(void)
{
    struct scenario *s = given_sink();

    WHEN(s, remove_sink, .sink_id = K1);
    WHEN(s, report_sink, FAILING(5));
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(a_failure_is_on_record_once_and_so_is_its_end),
    TEST(a_dead_letter_is_on_record_once),
    TEST(nothing_takes_a_sink_back),
    TEST(a_report_of_a_sink_that_is_gone_changes_nothing),
};

const struct suite test_report_sink_suite = SUITE("commands/sink/report_sink", tests);
