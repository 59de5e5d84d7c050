/*
 * Maintenance: how it begins and ends, and what it means for the node's tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void given_maintenance(struct scenario *s)
{
    GIVEN(s, HAPPENED(node_maintenance_entered, .node_id = N1, .reason = text_lit("disk")));
}

static void maintenance_begins_with_its_reason(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, enter_maintenance, .workspace_id = W1, .id = N1, .reason = text_lit("disk"));
    THEN_EMITTED(s, HAPPENED(node_maintenance_entered, .node_id = N1, .reason = text_lit("disk")));
}

static void maintenance_begins_anew_and_a_blank_reason_is_none(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_maintenance(s);
    WHEN(s, enter_maintenance, .id = N1, .reason = text_lit(""));
    THEN_EMITTED(s, HAPPENED(node_maintenance_entered, .node_id = N1));
}

static void maintenance_ends_even_where_there_is_none(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, leave_maintenance, .id = N1);
    THEN_EMITTED(s, HAPPENED(node_maintenance_left, .node_id = N1));
}

static void a_node_that_is_not_there_has_no_maintenance(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    WHEN(s, enter_maintenance, .id = {{0x11, [6] = 0x40, [8] = 0x80}});
    THEN_REFUSED(s, NOT_FOUND, "Node 11000000-0000-4000-8000-000000000000 was not found");
    WHEN(s, leave_maintenance, .id = {{0x11, [6] = 0x40, [8] = 0x80}});
    THEN_REFUSED(s, NOT_FOUND, "Node 11000000-0000-4000-8000-000000000000 was not found");
}

static void a_node_in_maintenance_takes_no_new_task(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_maintenance(s);
    WHEN(s, create_task, .node_id = N1, .type = text_lit("shell.exec"));
    THEN_REFUSED(s, INVALID, "Node web-1 is in maintenance mode and cannot accept new work.");
}

static void a_claim_gets_nothing_until_maintenance_is_over(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    given_maintenance(s);
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    THEN_NOTHING(s);
    GIVEN(s, HAPPENED(node_maintenance_left, .node_id = N1));
    WHEN(s, claim_task, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    expect(ANSWER(s, claim_answer)->task != NULL);
}

static void what_waits_for_a_node_in_maintenance_does_not_time_out(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_queued_task(s);
    given_maintenance(s);
    scenario_pass(s, 3600);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    GIVEN(s, HAPPENED(node_maintenance_left, .node_id = N1));
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(task_timed_out, .task_id = T1, .previous_status = {TASK_QUEUED}));
}

static void a_lease_that_ends_in_maintenance_is_not_given_on(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    given_accepted_task(s);
    given_maintenance(s);
    scenario_pass(s, 3600);
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(maintenance_begins_with_its_reason),
    TEST(maintenance_begins_anew_and_a_blank_reason_is_none),
    TEST(maintenance_ends_even_where_there_is_none),
    TEST(a_node_that_is_not_there_has_no_maintenance),
    TEST(a_node_in_maintenance_takes_no_new_task),
    TEST(a_claim_gets_nothing_until_maintenance_is_over),
    TEST(what_waits_for_a_node_in_maintenance_does_not_time_out),
    TEST(a_lease_that_ends_in_maintenance_is_not_given_on),
};

const struct suite test_maintenance_suite = SUITE("commands/node/maintenance", tests);
