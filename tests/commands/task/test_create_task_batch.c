/*
 * Creating the same task for several nodes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/task/task_commands.h"
#include "core/base/heap.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

#include <string.h>

#define BATCH(...)                                                                                 \
    {                                                                                              \
        (const struct uuid[]){__VA_ARGS__},                                                        \
            sizeof((const struct uuid[]){__VA_ARGS__}) / sizeof(struct uuid)                       \
    }

static struct scenario *given_two_nodes(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_another_node(s, N2, W1, "web-2");
    return s;
}

static void each_node_gets_a_task_in_the_order_given(void)
{
    struct scenario *s = given_two_nodes();

    WHEN(
        s, create_task_batch, .workspace_id = W1, .node_ids = BATCH(N2, N1),
        .type = text_lit("shell.exec"), .payload = {text_lit("{\"command\":\"id\"}")});
    THEN_EMITTED(
        s,
        HAPPENED(
            task_created, .template_version = INT64_ABSENT, .task_id = scenario_made(s, 0),
            .workspace_id = W1, .node_id = N2, .type = text_lit("shell.exec"),
            .payload = {text_lit("{\"command\":\"id\"}")}, .is_internal = OPT_FALSE),
        HAPPENED(
            task_created, .template_version = INT64_ABSENT, .task_id = scenario_made(s, 1),
            .workspace_id = W1, .node_id = N1, .type = text_lit("shell.exec"),
            .payload = {text_lit("{\"command\":\"id\"}")}, .is_internal = OPT_FALSE));
}

static void an_unknown_node_leaves_all_without_a_task(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x33, [6] = 0x40, [8] = 0x80}};

    given_node(s);
    WHEN(s, create_task_batch, .node_ids = BATCH(N1, id), .type = text_lit("shell.exec"));
    THEN_REFUSED(s, NOT_FOUND, "Node 33000000-0000-4000-8000-000000000000 was not found");
}

static void a_node_in_maintenance_leaves_all_without_a_task(void)
{
    struct scenario *s = given_two_nodes();

    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N2));
    WHEN(s, create_task_batch, .node_ids = BATCH(N1, N2), .type = text_lit("shell.exec"));
    THEN_REFUSED(s, INVALID, "Node web-2 is in maintenance mode and cannot accept new work.");
}

static void an_order_for_nobody_is_refused(void)
{
    struct scenario *s = given_two_nodes();

    WHEN(s, create_task_batch, .node_ids = {"", 0}, .type = text_lit("shell.exec"));
    THEN_REFUSED(s, INVALID, "Select at least one node.");
}

static void too_much_payload_over_all_nodes_is_refused(void)
{
    struct scenario *s = given_two_nodes();
    size_t size = 5 << 20;
    char *payload = heap_new(size);

    memset(payload, ' ', size);
    payload[0] = '{';
    payload[size - 1] = '}';
    WHEN(
        s, create_task_batch, .node_ids = BATCH(N1, N2), .type = text_lit("shell.exec"),
        .payload = {{payload, size}});
    heap_free(payload);
    THEN_REFUSED(
        s, TOO_LARGE,
        "One request can make at most 1000 tasks, with payloads of 8 MiB altogether.");
}

static void a_template_that_is_not_there_is_refused(void)
{
    struct scenario *s = given_two_nodes();

    WHEN(
        s, create_task_batch, .node_ids = BATCH(N1), .type = text_lit("shell.exec"),
        .template_id = {{0x33, [6] = 0x40, [8] = 0x80}});
    THEN_REFUSED(s, NOT_FOUND, "Task template 33000000-0000-4000-8000-000000000000 was not found");
}

static const struct test tests[] = {
    TEST(each_node_gets_a_task_in_the_order_given),
    TEST(an_unknown_node_leaves_all_without_a_task),
    TEST(a_node_in_maintenance_leaves_all_without_a_task),
    TEST(an_order_for_nobody_is_refused),
    TEST(too_much_payload_over_all_nodes_is_refused),
    TEST(a_template_that_is_not_there_is_refused),
};

const struct suite test_create_task_batch_suite = SUITE("commands/task/create_task_batch", tests);
