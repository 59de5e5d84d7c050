/*
 * Signs of life.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

static void when_the_agent_is_heard(struct scenario *s, const char *agent_version)
{
    WHEN(
        s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .agent_version = text_from(agent_version));
}

static void a_silent_node_comes_online(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct heartbeat_answer *answer;

    given_node(s);
    when_the_agent_is_heard(s, "1.2");
    THEN_EMITTED(
        s, HAPPENED(
               node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT},
               .agent_version = text_lit("1.2")));
    answer = ANSWER(s, heartbeat_answer);
    expect(uuid_equal(answer->node_id, N1));
    expect_int64(answer->status.is, NODE_ONLINE);
    expect(timestamp_is_present(answer->last_seen_at));
}

static void a_bare_heartbeat_is_no_event(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    when_the_agent_is_heard(s, "1.2");
    when_the_agent_is_heard(s, "1.2");
    THEN_NOTHING(s);
    when_the_agent_is_heard(s, NULL);
    THEN_NOTHING(s);
}

static void another_version_is_an_event_of_what_changed(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    GIVEN(
        s, HAPPENED(
               node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT},
               .agent_version = text_lit("1.2"), .kernel_version = text_lit("6.1")));
    WHEN(
        s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .agent_version = text_lit("1.3"), .kernel_version = text_lit("6.1"));
    THEN_EMITTED(
        s, HAPPENED(node_versions_reported, .node_id = N1, .agent_version = text_lit("1.3")));
}

static void a_node_that_went_offline_comes_online_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    GIVEN(
        s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}),
        HAPPENED(node_went_offline, .node_id = N1, .timeout_seconds = 90));
    when_the_agent_is_heard(s, NULL);
    THEN_EMITTED(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}));
}

static void an_unknown_node_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id = {{0x22, [6] = 0x40, [8] = 0x80}};

    WHEN(s, report_heartbeat, .node_id = id, .credential_digest = digest_named(s, "agent 1"));
    THEN_REFUSED(s, NOT_FOUND, "Node 22000000-0000-4000-8000-000000000000 was not found");
}

static void a_node_without_an_agent_has_no_credential(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_workspace(s);
    GIVEN(
        s, HAPPENED(
               node_added, .node_id = N1, .workspace_id = W1, .name = text_lit("web-1"),
               .hostname = text_lit("web-1"), .os = text_lit("linux"), .arch = text_lit("amd64"),
               .source = {SOURCE_OPERATOR}));
    when_the_agent_is_heard(s, NULL);
    THEN_REFUSED(s, UNAUTHENTICATED, "Agent token is not configured for this node");
}

static void another_credential_is_refused(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    WHEN(s, report_heartbeat, .node_id = N1, .credential_digest = digest_named(s, "agent 2"));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent token");
}

static const struct test tests[] = {
    TEST(a_silent_node_comes_online),
    TEST(a_bare_heartbeat_is_no_event),
    TEST(another_version_is_an_event_of_what_changed),
    TEST(a_node_that_went_offline_comes_online_again),
    TEST(an_unknown_node_is_not_found),
    TEST(a_node_without_an_agent_has_no_credential),
    TEST(another_credential_is_refused),
};

const struct suite test_report_heartbeat_suite = SUITE("commands/node/report_heartbeat", tests);
