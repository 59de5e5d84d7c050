/*
 * Removing nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "commands/node/node_lookup.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

#include <string.h>

static void a_node_is_removed_and_its_name_is_free_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, remove_node, .workspace_id = W1, .id = N1);
    THEN_EMITTED(s, HAPPENED(node_removed, .node_id = N1));
    WHEN(
        s, add_node, .workspace_id = W1, .hostname = text_lit("web-1"), .os = text_lit("linux"),
        .arch = text_lit("amd64"));
    THEN_EMITTED(
        s, HAPPENED(
               node_added, .node_id = scenario_made(s, 0), .workspace_id = W1,
               .name = text_lit("web-1"), .hostname = text_lit("web-1"), .os = text_lit("linux"),
               .arch = text_lit("amd64"), .source = {SOURCE_OPERATOR}));
}

static void its_tasks_end_with_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_running_task(s);
    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = T2, .workspace_id = W1, .node_id = N1,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE),
        HAPPENED(node_maintenance_entered, .node_id = N1));
    WHEN(s, remove_node, .id = N1);
    THEN_EMITTED(
        s, HAPPENED(task_cancelled, .task_id = T2, .reason = text_lit("The node was removed.")),
        HAPPENED(task_abandoned, .task_id = T1, .reason = {ABANDONED_NODE_REMOVED}),
        HAPPENED(node_removed, .node_id = N1));
    scenario_pass(s, 7200);
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

/* Queued on N1, named by its number. */
static struct uuid given_task_numbered(struct scenario *s, uint32_t number)
{
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    memcpy(id.bytes + 12, &number, sizeof(number));
    GIVEN(
        s,
        HAPPENED(
            task_created, .task_id = id, .workspace_id = W1, .node_id = N1,
            .type = text_lit("shell.exec"), .payload = {text_lit("{}")}, .is_internal = OPT_FALSE));
    return id;
}

/* A command has 10,000 events at most, and the last of them removes the node. */
static void a_node_with_too_many_tasks_is_removed_once_there_are_fewer(void)
{
    enum { TOO_MANY = 10000 };
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct error *error = NULL;
    int64_t size;
    struct uuid last;

    given_node(s);
    for (uint32_t i = 1; i < TOO_MANY; i++)
        given_task_numbered(s, i);
    last = given_task_numbered(s, TOO_MANY);
    WHEN(s, remove_node, .id = N1);
    expect_int64(scenario_status(s, &error), STATUS_CONFLICT);
    expect_text(text_from(error->code), "node_too_busy");
    GIVEN(s, HAPPENED(task_cancelled, .task_id = last));
    size = scenario_size(s);
    WHEN(s, remove_node, .id = N1);
    expect_int64(scenario_status(s, &error), STATUS_OK);
    expect_int64(scenario_size(s) - size, TOO_MANY);
}

static void an_agent_of_a_removed_node_speaks_for_nobody(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct decision decision = {
        .model = scenario_model(s), .policy = scenario_policy(s), .arena = arena_new(1 << 20)};
    struct node_lookup node;

    given_node(s);
    expect(node_lookup_agent(&decision, N1, digest_named(s, "agent 1"), &node));
    GIVEN(s, HAPPENED(node_removed, .node_id = N1));
    expect(!node_lookup_agent(&decision, N1, digest_named(s, "agent 1"), &node));
    arena_free(decision.arena);
}

static void a_node_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x22, [6] = 0x40, [8] = 0x80}};

    given_workspace(s);
    given_another_node(s, id, W1, "web-9");
    WHEN(s, remove_node, .workspace_id = W2, .id = id);
    THEN_REFUSED(s, NOT_FOUND, "Node 22000000-0000-4000-8000-000000000000 was not found");
}

static void a_node_is_removed_only_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x22, [6] = 0x40, [8] = 0x80}};

    given_workspace(s);
    given_another_node(s, id, W1, "web-9");
    GIVEN(s, HAPPENED(node_removed, .node_id = id));
    WHEN(s, remove_node, .id = id);
    THEN_REFUSED(s, NOT_FOUND, "Node 22000000-0000-4000-8000-000000000000 was not found");
}

static void an_archived_workspace_keeps_its_nodes(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_archived_workspace(s);
    given_another_node(s, N2, W2, "old-1");
    WHEN(s, remove_node, .id = N2);
    THEN_REFUSED(
        s, CONFLICT,
        "Archived workspaces are read-only. Restore the workspace before making changes.");
}

static const struct test tests[] = {
    TEST(its_tasks_end_with_it),
    TEST(a_node_with_too_many_tasks_is_removed_once_there_are_fewer),
    TEST(a_node_is_removed_and_its_name_is_free_again),
    TEST(an_agent_of_a_removed_node_speaks_for_nobody),
    TEST(a_node_of_another_workspace_is_not_found),
    TEST(a_node_is_removed_only_once),
    TEST(an_archived_workspace_keeps_its_nodes),
};

const struct suite test_remove_node_suite = SUITE("commands/node/remove_node", tests);
