/*
 * Creating tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void when_a_task_is_created(struct scenario *s, const char *type, const char *payload)
{
    WHEN(
        s, create_task, .workspace_id = W1, .node_id = N1, .type = text_from(type),
        .payload = {text_from(payload)});
}

static void expect_created(struct scenario *s, const char *type, const char *payload)
{
    THEN_EMITTED(
        s, HAPPENED(
               task_created, .template_version = INT64_ABSENT, .task_id = scenario_made(s, 0),
               .workspace_id = W1, .node_id = N1, .type = text_from(type),
               .payload = {text_from(payload)}, .is_internal = OPT_FALSE));
}

static void a_task_waits_for_its_node(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_a_task_is_created(s, "shell.exec", "{\"command\":\"uptime\"}");
    expect_created(s, "shell.exec", "{\"command\":\"uptime\"}");
}

static void a_task_without_a_payload_has_an_empty_one(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, create_task, .node_id = N1, .type = text_lit("packageList"));
    expect_created(s, "packageList", "{}");
}

static void a_node_that_is_not_there_runs_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    WHEN(s, create_task, .node_id = id, .type = text_lit("packageList"));
    THEN_REFUSED(s, NOT_FOUND, "Node 33000000-0000-4000-8000-000000000000 was not found");
}

static void a_node_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    given_workspace(s);
    given_another_node(s, id, W1, "web-9");
    WHEN(s, create_task, .workspace_id = W2, .node_id = id, .type = text_lit("packageList"));
    THEN_REFUSED(s, NOT_FOUND, "Node 33000000-0000-4000-8000-000000000000 was not found");
}

static void an_archived_workspace_takes_no_task(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    given_another_node(s, N2, W2, "old-1");
    WHEN(s, create_task, .node_id = N2, .type = text_lit("packageList"));
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static void a_template_that_is_not_there_is_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(
        s, create_task, .node_id = N1, .type = text_lit("packageList"),
        .template_id = {{0x33, [6] = 0x40, [8] = 0x80}});
    THEN_REFUSED(s, NOT_FOUND, "Task template 33000000-0000-4000-8000-000000000000 was not found");
}

static const struct test tests[] = {
    TEST(a_task_waits_for_its_node),
    TEST(a_task_without_a_payload_has_an_empty_one),
    TEST(a_node_that_is_not_there_runs_nothing),
    TEST(a_node_of_another_workspace_is_not_found),
    TEST(an_archived_workspace_takes_no_task),
    TEST(a_template_that_is_not_there_is_refused),
};

const struct suite test_create_task_suite = SUITE("commands/task/create_task", tests);
