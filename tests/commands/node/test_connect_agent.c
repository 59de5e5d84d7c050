/*
 * Agents on connections: one speaks for a node at a time, and what it brings is kept.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/connection_commands.h"
#include "commands/node/node.h"
#include "commands/node/node_lookup.h"
#include "commands/task/task_commands.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/task_events.h"
#include "tests/support/fleet.h"

#define C1   id_named("connection 1")
#define C2   id_named("connection 2")
#define BOOT id_named("boot")

#define CONNECTS(s, which, ...)                                                                    \
    WHEN(                                                                                          \
        s, connect_agent, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),          \
        .connection = which, __VA_ARGS__)

static bool is_connected(struct scenario *s, struct uuid connection)
{
    struct node node;
    AUTO_ARENA arena = arena_new(1 << 20);

    return model_load(scenario_model(s), &node_aggregate, N1, arena, &node) &&
           uuid_equal(node.connection, connection);
}

static void an_agent_that_authenticates_brings_its_node_online(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    CONNECTS(s, C1, .agent_version = text_lit("1.4.0"));
    THEN_EMITTED(
        s,
        HAPPENED(
            node_came_online, .node_id = N1, .sign = {SIGN_CONNECTION},
            .agent_version = text_lit("1.4.0")),
        HAPPENED(node_agent_connected, .node_id = N1, .connection = C1, .boot = BOOT));
    expect(is_connected(s, C1));
    expect_int64(ANSWER(s, connect_answer)->root_profile.is, ROOT_OFF);
}

static void what_is_said_again_on_a_connection_changes_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    CONNECTS(s, C1, .agent_version = text_lit("1.4.0"));
    CONNECTS(s, C1, .agent_version = text_lit("1.4.0"));
    THEN_NOTHING(s);
}

static void a_location_that_is_found_later_is_kept_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct node_location place = {
        .provider = text_lit("aws"),
        .source = text_lit("cloud_metadata"),
        .region = text_lit("eu-central-1"),
        .latitude = 50.1,
        .longitude = 8.7};

    given_node(s);
    CONNECTS(s, C1, .start = text_lit("boot 1"));
    CONNECTS(s, C1, .location = &place);
    THEN_EMITTED(s, HAPPENED(node_location_reported, .node_id = N1, .location = &place));
    CONNECTS(s, C1, .location = &place);
    THEN_NOTHING(s);
}

static void a_second_connection_takes_the_place_of_the_first(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    CONNECTS(s, C1, .start = text_lit("boot 1"));
    CONNECTS(s, C2, .start = text_lit("boot 1"));
    THEN_EMITTED(
        s,
        HAPPENED(
            node_agent_connected, .node_id = N1, .connection = C2, .boot = BOOT, .replaced = C1));
    WHEN(s, disconnect_agent, .node_id = N1, .connection = C1, .end = {CONNECTION_CLOSED});
    THEN_NOTHING(s);
    expect(is_connected(s, C2));
}

static void a_connection_of_an_earlier_run_of_the_server_is_not_replaced(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    CONNECTS(s, C1, .start = text_lit("boot 1"));
    scenario_policy(s)->boot = id_named("next boot");
    CONNECTS(s, C2, .start = text_lit("boot 1"));
    THEN_EMITTED(
        s,
        HAPPENED(
            node_agent_connected, .node_id = N1, .connection = C2, .boot = id_named("next boot")));
}

static void a_connection_that_ends_takes_its_node_offline(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    CONNECTS(s, C1, .start = text_lit("boot 1"));
    given_running_task(s);
    WHEN(s, disconnect_agent, .node_id = N1, .connection = C1, .end = {CONNECTION_SILENT});
    THEN_EMITTED(
        s,
        HAPPENED(
            node_agent_disconnected, .node_id = N1, .connection = C1, .end = {CONNECTION_SILENT}),
        HAPPENED(
            node_went_offline, .node_id = N1, .timeout_seconds = 0,
            .absence = {ABSENCE_CONNECTION}));
    expect(is_connected(s, UUID_NONE));
    WHEN(s, disconnect_agent, .node_id = N1, .connection = C1, .end = {CONNECTION_CLOSED});
    THEN_NOTHING(s);
}

static void an_agent_that_was_restarted_ends_what_it_ran_before(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    CONNECTS(s, C1, .start = text_lit("boot 1"));
    given_running_task(s);
    CONNECTS(s, C2, .start = text_lit("boot 2"));
    THEN_EMITTED(
        s,
        HAPPENED(
            node_agent_connected, .node_id = N1, .connection = C2, .boot = BOOT, .replaced = C1),
        HAPPENED(node_agent_started, .node_id = N1, .start = text_lit("boot 2")),
        HAPPENED(task_abandoned, .task_id = T1, .reason = {ABANDONED_AGENT_RESTARTED}));
}

static void the_root_access_that_it_reports_is_kept(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct root_access_report report = {.applied_profile = {ROOT_TERMINAL}};

    given_node(s);
    CONNECTS(s, C1, .start = text_lit("boot 1"));
    CONNECTS(s, C1, .root_access = &report);
    THEN_EMITTED(
        s, HAPPENED(
               node_root_access_reported, .node_id = N1, .applied_profile = {ROOT_TERMINAL},
               .sync = {ROOT_PENDING}));
}

static void another_credential_ends_the_connection(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    CONNECTS(s, C1, .start = text_lit("boot 1"));
    GIVEN(
        s, HAPPENED(
               node_registered, .node_id = N1, .os = text_lit("linux"), .arch = text_lit("amd64"),
               .credential_digest = digest_named(s, "agent 2")));
    expect(is_connected(s, UUID_NONE));
}

static void strangers_are_told_why(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, connect_agent, .node_id = N1, .credential_digest = digest_named(s, "x"));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent token");
    WHEN(s, connect_agent, .node_id = N2, .credential_digest = digest_named(s, "agent 1"));
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Node %s was not found", N2));
}

static const struct test tests[] = {
    TEST(an_agent_that_authenticates_brings_its_node_online),
    TEST(what_is_said_again_on_a_connection_changes_nothing),
    TEST(a_location_that_is_found_later_is_kept_once),
    TEST(a_second_connection_takes_the_place_of_the_first),
    TEST(a_connection_of_an_earlier_run_of_the_server_is_not_replaced),
    TEST(a_connection_that_ends_takes_its_node_offline),
    TEST(an_agent_that_was_restarted_ends_what_it_ran_before),
    TEST(the_root_access_that_it_reports_is_kept),
    TEST(another_credential_ends_the_connection),
    TEST(strangers_are_told_why),
};

const struct suite test_connect_agent_suite = SUITE("commands/node/connect_agent", tests);
