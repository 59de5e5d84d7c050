/*
 * Agents that register with the shared token.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

static void when_an_agent_registers(struct scenario *s, const char *hostname, const char *token)
{
    WHEN(
        s, register_agent, .hostname = text_from(hostname), .os = text_lit("linux"),
        .arch = text_lit("amd64"), .agent_version = text_lit("1.2"),
        .enrollment_digest = digest_named(s, token), .credential_digest = digest_named(s, "fresh"));
}

static void a_new_host_becomes_a_node_that_is_online(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id;

    given_workspace(s);
    when_an_agent_registers(s, "new-1", "enrollment");
    id = scenario_made(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            node_added, .node_id = id, .workspace_id = W1, .name = text_lit("new-1"),
            .hostname = text_lit("new-1"), .os = text_lit("linux"), .arch = text_lit("amd64"),
            .source = {SOURCE_REGISTRATION}),
        HAPPENED(
            node_registered, .node_id = id, .os = text_lit("linux"), .arch = text_lit("amd64"),
            .credential_digest = digest_named(s, "fresh"), .agent_version = text_lit("1.2")),
        HAPPENED(node_came_online, .node_id = id, .sign = {SIGN_REGISTRATION}));
    expect(uuid_equal(ANSWER(s, registered_agent)->node_id, id));
}

/* Its answer was lost: nobody has spoken with the credential yet. */
static void an_agent_that_was_never_heard_registers_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_an_agent_registers(s, "web-1", "enrollment");
    GIVEN(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_REGISTRATION}));
    when_an_agent_registers(s, "web-1", "enrollment");
    THEN_EMITTED(
        s, HAPPENED(
               node_registered, .node_id = N1, .os = text_lit("linux"), .arch = text_lit("amd64"),
               .credential_digest = digest_named(s, "fresh"), .agent_version = text_lit("1.2")));
    expect(uuid_equal(ANSWER(s, registered_agent)->node_id, N1));
    expect(!opt_bool_is_true(ANSWER(s, registered_agent)->has_replaced));
    WHEN(s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent token");
    WHEN(s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "fresh"));
    THEN_EMITTED(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}));
    WHEN(s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "fresh"));
    THEN_NOTHING(s);
}

static void nobody_takes_the_place_of_an_agent_that_is_online(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    when_an_agent_registers(s, "web-1", "enrollment");
    THEN_REFUSED(s, CONFLICT, "The agent of node web-1 is online");
    WHEN(s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "agent 1"));
    THEN_NOTHING(s);
}

static void the_place_of_a_silent_agent_is_taken_on_record_and_its_tasks_end(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    GIVEN(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}));
    given_running_task(s);
    GIVEN(s, HAPPENED(node_went_offline, .node_id = N1, .timeout_seconds = 90));
    when_an_agent_registers(s, "web-1", "enrollment");
    THEN_EMITTED(
        s, HAPPENED(node_agent_replaced, .node_id = N1),
        HAPPENED(task_abandoned, .task_id = T1, .reason = {ABANDONED_AGENT_RESTARTED}),
        HAPPENED(
            node_registered, .node_id = N1, .os = text_lit("linux"), .arch = text_lit("amd64"),
            .credential_digest = digest_named(s, "fresh"), .agent_version = text_lit("1.2")),
        HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_REGISTRATION}));
    expect(opt_bool_is_true(ANSWER(s, registered_agent)->has_replaced));
}

static void another_token_is_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    when_an_agent_registers(s, "new-1", "guessed");
    THEN_REFUSED(s, FORBIDDEN, "Invalid enrollment token");
}

static void where_no_token_is_set_nobody_registers(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    scenario_policy(s)->enrollment_digest = (struct bytes){0};
    WHEN(
        s, register_agent, .hostname = text_lit("new-1"), .os = text_lit("linux"),
        .arch = text_lit("amd64"));
    THEN_REFUSED(s, FORBIDDEN, "Invalid enrollment token");
}

static void the_system_may_be_named_in_several_ways(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id;

    given_workspace(s);
    WHEN(
        s, register_agent, .hostname = text_lit("new-1"), .platform = text_lit("debian"),
        .architecture = text_lit("riscv64"), .enrollment_digest = digest_named(s, "enrollment"),
        .credential_digest = digest_named(s, "fresh"));
    id = scenario_made(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            node_added, .node_id = id, .workspace_id = W1, .name = text_lit("new-1"),
            .hostname = text_lit("new-1"), .os = text_lit("debian"), .arch = text_lit("riscv64"),
            .source = {SOURCE_REGISTRATION}),
        HAPPENED(
            node_registered, .node_id = id, .os = text_lit("debian"), .arch = text_lit("riscv64"),
            .credential_digest = digest_named(s, "fresh")),
        HAPPENED(node_came_online, .node_id = id, .sign = {SIGN_REGISTRATION}));
}

static void system_and_architecture_must_be_named_somehow(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    WHEN(
        s, register_agent, .hostname = text_lit("new-1"), .arch = text_lit("amd64"),
        .enrollment_digest = digest_named(s, "enrollment"));
    THEN_REFUSED(s, INVALID, "os is required");
    WHEN(
        s, register_agent, .hostname = text_lit("new-1"), .os = text_lit("linux"),
        .enrollment_digest = digest_named(s, "enrollment"));
    THEN_REFUSED(s, INVALID, "arch is required");
}

static void without_a_default_workspace_no_new_host_registers(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    when_an_agent_registers(s, "new-1", "enrollment");
    THEN_REFUSED(s, NOT_FOUND, "Default workspace was not found.");
}

static const struct test tests[] = {
    TEST(a_new_host_becomes_a_node_that_is_online),
    TEST(an_agent_that_was_never_heard_registers_again),
    TEST(nobody_takes_the_place_of_an_agent_that_is_online),
    TEST(the_place_of_a_silent_agent_is_taken_on_record_and_its_tasks_end),
    TEST(another_token_is_refused),
    TEST(where_no_token_is_set_nobody_registers),
    TEST(the_system_may_be_named_in_several_ways),
    TEST(system_and_architecture_must_be_named_somehow),
    TEST(without_a_default_workspace_no_new_host_registers),
};

const struct suite test_register_agent_suite = SUITE("commands/node/register_agent", tests);
