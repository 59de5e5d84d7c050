/*
 * Bootstrap tokens exchanged for credentials.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/node_commands.h"
#include "eventlog/events/node_events.h"
#include "tests/support/fleet.h"

static void given_install(struct scenario *s)
{
    given_workspace(s);
    GIVEN(
        s, HAPPENED(
               install_created, .install_id = I1, .workspace_id = W1,
               .node_name = text_lit("Web 1"), .token_digest = digest_named(s, "token"),
               .expires_at = timestamp_plus_us(scenario_now(s), INT64_C(900) * US_PER_S)));
}

static void when_a_host_consumes(struct scenario *s, const char *hostname, const char *credential)
{
    WHEN(
        s, consume_install, .token_digest = digest_named(s, "token"),
        .hostname = text_from(hostname), .credential_digest = digest_named(s, credential));
}

static void a_host_becomes_a_node_with_a_credential(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct additional_info info = {.os = text_lit("debian"), .agent_version = text_lit("1.2")};
    struct uuid id;

    given_install(s);
    WHEN(
        s, consume_install, .token_digest = digest_named(s, "token"), .hostname = text_lit("web-1"),
        .credential_digest = digest_named(s, "fresh"), .additional_info = &info);
    id = scenario_made(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            install_consumed, .install_id = I1, .node_id = id, .hostname = text_lit("web-1"),
            .credential_digest = digest_named(s, "fresh"), .is_repeat = OPT_FALSE),
        HAPPENED(
            node_added, .node_id = id, .workspace_id = W1, .name = text_lit("Web 1"),
            .hostname = text_lit("web-1"), .os = text_lit("debian"), .arch = text_lit("unknown"),
            .source = {SOURCE_INSTALL}, .credential_digest = digest_named(s, "fresh"),
            .agent_version = text_lit("1.2")));
    expect(uuid_equal(ANSWER(s, registered_agent)->node_id, id));
    WHEN(s, report_heartbeat, .node_id = id, .credential_digest = digest_named(s, "fresh"));
    THEN_EMITTED(s, HAPPENED(node_came_online, .node_id = id, .sign = {SIGN_HEARTBEAT}));
}

static void the_install_shows_its_node(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    const struct install_view *view;
    struct uuid id;

    given_install(s);
    when_a_host_consumes(s, "web-1", "fresh");
    id = scenario_made(s, 0);
    WHEN(
        s, report_install, .token_digest = digest_named(s, "token"),
        .stage = text_lit("service_started"), .progress_percent = INT64_ABSENT);
    view = ANSWER(s, install_view);
    expect(uuid_equal(view->node_id, id));
    expect_text(view->hostname, "web-1");
    expect_int64(view->progress_percent, 92);
    expect(timestamp_is_present(view->consumed_at));
    expect(timestamp_is_present(view->started_at));
}

static void the_same_host_asking_again_gets_the_same_node_and_a_fresh_credential(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct uuid id;

    given_install(s);
    when_a_host_consumes(s, "web-1", "first");
    id = scenario_made(s, 0);
    scenario_pass(s, 890);
    when_a_host_consumes(s, "web-1", "second");
    THEN_EMITTED(
        s, HAPPENED(
               install_consumed, .install_id = I1, .node_id = id, .hostname = text_lit("web-1"),
               .credential_digest = digest_named(s, "second"), .is_repeat = OPT_TRUE));
    expect(uuid_equal(ANSWER(s, registered_agent)->node_id, id));
    WHEN(s, report_heartbeat, .node_id = id, .credential_digest = digest_named(s, "first"));
    THEN_REFUSED(s, UNAUTHENTICATED, "Invalid agent token");
    WHEN(s, report_heartbeat, .node_id = id, .credential_digest = digest_named(s, "second"));
    THEN_EMITTED(s, HAPPENED(node_came_online, .node_id = id, .sign = {SIGN_HEARTBEAT}));
}

static void later_the_token_is_used_up(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    when_a_host_consumes(s, "web-1", "first");
    scenario_pass(s, 901);
    when_a_host_consumes(s, "web-1", "second");
    THEN_REFUSED(s, CONFLICT, "Bootstrap token has already been used");
}

static void another_host_cannot_use_it_again(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    when_a_host_consumes(s, "web-1", "first");
    when_a_host_consumes(s, "web-2", "second");
    THEN_REFUSED(s, CONFLICT, "Bootstrap token has already been used");
}

static void a_removed_node_does_not_come_back(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    when_a_host_consumes(s, "web-1", "first");
    GIVEN(s, HAPPENED(node_removed, .node_id = ANSWER(s, registered_agent)->node_id));
    when_a_host_consumes(s, "web-1", "second");
    THEN_REFUSED(s, CONFLICT, "Bootstrap token has already been used");
}

static void an_unknown_token_buys_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    when_a_host_consumes(s, "web-1", "first");
    THEN_REFUSED(s, NOT_FOUND, "Bootstrap token was not found");
}

static void an_expired_token_buys_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    scenario_pass(s, 900);
    when_a_host_consumes(s, "web-1", "first");
    THEN_REFUSED(s, GONE, "Bootstrap token has expired");
}

static void a_taken_host_name_leaves_the_token_usable(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_install(s);
    given_another_node(s, N2, W1, "web-2");
    when_a_host_consumes(s, "web-2", "first");
    THEN_REFUSED(s, CONFLICT, "A node with this hostname already exists");
    when_a_host_consumes(s, "web-1", "first");
    expect(ANSWER(s, registered_agent) != NULL);
}

static const struct test tests[] = {
    TEST(a_host_becomes_a_node_with_a_credential),
    TEST(the_install_shows_its_node),
    TEST(the_same_host_asking_again_gets_the_same_node_and_a_fresh_credential),
    TEST(later_the_token_is_used_up),
    TEST(another_host_cannot_use_it_again),
    TEST(a_removed_node_does_not_come_back),
    TEST(an_unknown_token_buys_nothing),
    TEST(an_expired_token_buys_nothing),
    TEST(a_taken_host_name_leaves_the_token_usable),
};

const struct suite test_consume_install_suite = SUITE("commands/node/consume_install", tests);
