/*
 * Looking into logs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/log_commands.h"
#include "commands/task/package_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static struct scenario *given_web(int64_t profile)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_root_access(s, profile);
    return s;
}

static void when_looked_into(struct scenario *s, const char *preset, int64_t lines)
{
    WHEN(
        s, preview_log, .workspace_id = W1, .node_id = N1, .source_preset_id = text_from(preset),
        .backfill_lines = lines);
}

static void expect_scan(struct scenario *s, const char *payload)
{
    THEN_EMITTED(
        s, HAPPENED(
               task_created, .template_version = INT64_ABSENT, .task_id = scenario_made(s, 0),
               .workspace_id = W1, .node_id = N1, .type = text_lit("log.scan"),
               .payload = {text_from(payload)}, .is_internal = OPT_TRUE));
}

static void the_agent_reads_as_root_and_nobody_is_told(void)
{
    struct scenario *s = given_web(ROOT_OPERATIONAL);

    when_looked_into(s, "auth.log", 50);
    expect_scan(
        s, "{\"mode\":\"preview\",\"sourcePresetId\":\"auth.log\",\"runAsRoot\":true,"
           "\"rootScope\":\"operational\",\"limits\":{\"maxLines\":500,\"maxBytes\":65536,"
           "\"backfillLines\":50}}");
    expect(uuid_equal(ANSWER(s, awaited_task)->task_id, scenario_made(s, 0)));
}

static void without_a_number_the_usual_lines_are_read(void)
{
    struct scenario *s = given_web(ROOT_OPERATIONAL);

    when_looked_into(s, "noderax-agent", INT64_ABSENT);
    expect_scan(
        s, "{\"mode\":\"preview\",\"sourcePresetId\":\"noderax-agent\",\"runAsRoot\":true,"
           "\"rootScope\":\"operational\",\"limits\":{\"maxLines\":500,\"maxBytes\":65536,"
           "\"backfillLines\":200}}");
}

static void an_unknown_log_is_refused(void)
{
    struct scenario *s = given_web(ROOT_OPERATIONAL);

    when_looked_into(s, "../shadow", 50);
    THEN_REFUSED(s, INVALID, "Unsupported log source preset: ../shadow");
}

static void a_node_without_operational_root_access_is_not_read(void)
{
    struct scenario *s = given_web(ROOT_TASK);

    when_looked_into(s, "syslog", 50);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow operational root access. Applied profile is task, "
        "desired profile is off, and sync status is pending.");
}

static void an_unknown_node_is_told_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(
        s, preview_log, .workspace_id = W1, .node_id = {{0x33, [6] = 0x40, [8] = 0x80}},
        .source_preset_id = text_lit("nope"), .backfill_lines = INT64_ABSENT);
    THEN_REFUSED(s, NOT_FOUND, "Node 33000000-0000-4000-8000-000000000000 was not found");
}

static const struct test tests[] = {
    TEST(the_agent_reads_as_root_and_nobody_is_told),
    TEST(without_a_number_the_usual_lines_are_read),
    TEST(an_unknown_log_is_refused),
    TEST(a_node_without_operational_root_access_is_not_read),
    TEST(an_unknown_node_is_told_first),
};

const struct suite test_preview_log_suite = SUITE("commands/task/preview_log", tests);
