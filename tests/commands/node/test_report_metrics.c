/*
 * Samples, and what follows from them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/fleet.h"

static void given_an_online_node(struct scenario *s)
{
    given_node(s);
    GIVEN(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}));
}

static void when_the_processor_is_at(struct scenario *s, double cpu_usage)
{
    WHEN(
        s, report_metrics, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .cpu_usage = cpu_usage);
}

static void an_ordinary_sample_is_no_event(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_an_online_node(s);
    when_the_processor_is_at(s, 89.9);
    THEN_NOTHING(s);
    expect(uuid_equal(ANSWER(s, metrics_answer)->workspace_id, W1));
}

static void a_sample_shows_that_a_node_is_there(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_the_processor_is_at(s, 5);
    THEN_EMITTED(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_METRICS}));
}

static void crossing_the_threshold_is_an_event(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_an_online_node(s);
    when_the_processor_is_at(s, 90);
    THEN_EMITTED(
        s,
        HAPPENED(node_cpu_crossed, .node_id = N1, .cpu_usage = 90, .severity = {SEVERITY_WARNING}));
}

static void five_per_cent_more_are_critical(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_an_online_node(s);
    when_the_processor_is_at(s, 95);
    THEN_EMITTED(
        s, HAPPENED(
               node_cpu_crossed, .node_id = N1, .cpu_usage = 95, .severity = {SEVERITY_CRITICAL}));
}

static void a_high_threshold_leaves_the_full_processor_critical(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_an_online_node(s);
    scenario_policy(s)->high_cpu_threshold = 98;
    when_the_processor_is_at(s, 100);
    THEN_EMITTED(
        s, HAPPENED(
               node_cpu_crossed, .node_id = N1, .cpu_usage = 100, .severity = {SEVERITY_CRITICAL}));
}

static void a_processor_that_stays_busy_is_told_every_five_minutes(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_an_online_node(s);
    when_the_processor_is_at(s, 91);
    scenario_pass(s, 299);
    when_the_processor_is_at(s, 92);
    THEN_NOTHING(s);
    scenario_pass(s, 2);
    when_the_processor_is_at(s, 93);
    THEN_EMITTED(
        s,
        HAPPENED(node_cpu_crossed, .node_id = N1, .cpu_usage = 93, .severity = {SEVERITY_WARNING}));
}

static void another_severity_is_told_at_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_an_online_node(s);
    when_the_processor_is_at(s, 91);
    scenario_pass(s, 2);
    when_the_processor_is_at(s, 99);
    THEN_EMITTED(
        s, HAPPENED(
               node_cpu_crossed, .node_id = N1, .cpu_usage = 99, .severity = {SEVERITY_CRITICAL}));
}

static void samples_of_strangers_are_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(
        s, report_metrics, .node_id = N1, .credential_digest = digest_named(s, "x"),
        .cpu_usage = 99);
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent token");
}

static const struct test tests[] = {
    TEST(an_ordinary_sample_is_no_event),
    TEST(a_sample_shows_that_a_node_is_there),
    TEST(crossing_the_threshold_is_an_event),
    TEST(five_per_cent_more_are_critical),
    TEST(a_high_threshold_leaves_the_full_processor_critical),
    TEST(a_processor_that_stays_busy_is_told_every_five_minutes),
    TEST(another_severity_is_told_at_once),
    TEST(samples_of_strangers_are_refused),
};

const struct suite test_report_metrics_suite = SUITE("commands/node/report_metrics", tests);
