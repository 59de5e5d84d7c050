/*
 * Terminal sessions, from their creation to the shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/terminal/terminal.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/workspace_events.h"
#include "tests/support/terminals.h"

#define CREATES(s, ...)                                                                            \
    WHEN(                                                                                          \
        s, create_terminal, .workspace_id = W1, .node_id = N1, .cols = 100, .rows = 40,            \
        __VA_ARGS__)
#define OPENS(s, ...)                                                                              \
    (as_node(s, N1),                                                                               \
     WHEN(                                                                                         \
         s, report_terminal_opened,                                                                \
         .report = {.node_id = N1, .connection = LINE1, .session_id = S1}, __VA_ARGS__))

static void a_session_waits_for_its_shell(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_connected_node(s);
    CREATES(s, .run_as_root = OPT_FALSE);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_created, .session_id = scenario_made(s, 0), .workspace_id = W1,
               .node_id = N1, .user_id = U1, .hostname = text_lit("web-1"), .cols = 100, .rows = 40,
               .run_as_root = OPT_FALSE,
               .retention_expires_at =
                   timestamp_plus_us(scenario_recorded(s, 0), INT64_C(7) * 24 * 3600 * US_PER_S)));
    expect_int64(ANSWER(s, terminal_view)->status.is, TERMINAL_PENDING);
    expect_int64(ANSWER(s, terminal_view)->cols, 100);
}

static void a_node_must_be_online_and_connected(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_node(s);
    CREATES(s, .run_as_root = OPT_FALSE);
    THEN_REFUSED(
        s, INVALID, "Node web-1 is offline and cannot accept an interactive terminal session.");
    GIVEN(s, HAPPENED(node_came_online, .node_id = N1, .sign = {SIGN_HEARTBEAT}));
    CREATES(s, .run_as_root = OPT_FALSE);
    THEN_REFUSED(s, CONFLICT, "Node web-1 does not have an active agent realtime route.");
}

static void a_connection_of_an_earlier_run_of_the_server_is_none(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_connected_node(s);
    scenario_policy(s)->boot = id_named("next boot");
    CREATES(s, .run_as_root = OPT_FALSE);
    THEN_REFUSED(s, CONFLICT, "Node web-1 does not have an active agent realtime route.");
}

static void a_node_of_another_workspace_is_not_found(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_connected_node(s);
    given_workspace_called(s, W2, "other");
    WHEN(s, create_terminal, .workspace_id = W2, .node_id = N1, .cols = 100, .rows = 40);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Node %s was not found", N1));
}

static void root_needs_a_profile_that_opens_terminals(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_connected_node(s);
    given_root_access(s, ROOT_TASK);
    CREATES(s, .run_as_root = OPT_TRUE);
    THEN_REFUSED(
        s, INVALID,
        "Node web-1 does not currently allow terminal root access. Applied profile is task.");
    given_root_access(s, ROOT_TERMINAL);
    CREATES(s, .run_as_root = OPT_TRUE);
    expect_done(s);
}

static void a_node_has_only_so_many_live_sessions(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_connected_node(s);
    for (int i = 0; i < TERMINAL_MOST_LIVE; i++)
        CREATES(s, .run_as_root = OPT_FALSE);
    expect_done(s);
    CREATES(s, .run_as_root = OPT_FALSE);
    THEN_REFUSED(s, CONFLICT, "Node web-1 has as many live terminal sessions as it may.");
}

static void the_size_that_the_shell_opens_with_holds(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_pending_terminal(s);
    OPENS(s, .cols = 111, .rows = INT64_ABSENT);
    THEN_EMITTED(s, HAPPENED(terminal_opened, .session_id = S1, .cols = 111, .rows = 34));
    THEN_CAUSED_BY(s, terminal_created);
    expect_int64(ANSWER(s, terminal_view)->status.is, TERMINAL_OPEN);
    OPENS(s, .cols = 50, .rows = 50);
    THEN_NOTHING(s);
}

static void a_session_that_is_to_end_is_not_brought_back(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_pending_terminal(s);
    WHEN(s, terminate_terminal, .session_id = S1, .reason = text_lit("no more"));
    OPENS(s, .cols = INT64_ABSENT, .rows = INT64_ABSENT);
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, terminal_view)->status.is, TERMINAL_TERMINATING);
    scenario_pass(s, TERMINAL_STOP_AGAIN_S + 1);
    OPENS(s, .cols = INT64_ABSENT, .rows = INT64_ABSENT);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_stop_repeated, .session_id = S1, .node_id = N1,
               .reason = text_lit("no more")));
    expect_int64(ANSWER(s, terminal_view)->status.is, TERMINAL_TERMINATING);
}

static void a_shell_that_opens_after_the_end_is_told_to_stop(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_pending_terminal(s);
    scenario_pass(s, TERMINAL_START_S + 1);
    WHEN_DUE(s);
    scenario_pass(s, TERMINAL_STOP_AGAIN_S + 1);
    OPENS(s, .cols = INT64_ABSENT, .rows = INT64_ABSENT);
    THEN_EMITTED(s, HAPPENED(terminal_stop_repeated, .session_id = S1, .node_id = N1));
    expect_int64(ANSWER(s, terminal_view)->status.is, TERMINAL_FAILED);
}

static void an_agent_speaks_for_its_own_node_and_on_its_own_connection(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_pending_terminal(s);
    given_another_node(s, N2, W1, "web-2");
    GIVEN(
        s, HAPPENED(
               node_agent_connected, .node_id = N2, .connection = id_named("connection 2"),
               .boot = id_named("boot")));
    WHEN(
        s, report_terminal_opened,
        .report = {.node_id = N2, .connection = id_named("connection 2"), .session_id = S1},
        .cols = INT64_ABSENT, .rows = INT64_ABSENT);
    THEN_NOTHING(s);
    expect_int64(ANSWER(s, terminal_view)->status.is, TERMINAL_PENDING);
    WHEN(
        s, report_terminal_opened,
        .report = {.node_id = N1, .connection = id_named("connection 2"), .session_id = S1});
    THEN_REFUSED(s, CONFLICT, naming(s, "This connection does not speak for node %s any more", N1));
    WHEN(
        s, report_terminal_opened,
        .report = {.node_id = N1, .connection = LINE1, .session_id = T1});
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Terminal session %s was not found.", T1));
}

static void what_the_agent_is_not_told_fails_the_session(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_pending_terminal(s);
    WHEN(s, fail_terminal_delivery, .session_id = S1, .delivery = {DELIVERS_INPUT});
    THEN_NOTHING(s);
    WHEN(s, fail_terminal_delivery, .session_id = S1, .delivery = {DELIVERS_START});
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_failed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_UNDELIVERED},
            .reason = text_lit("Agent route was not available to start the terminal session.")));
    THEN_CAUSED_BY(s, terminal_created);
    WHEN(s, fail_terminal_delivery, .session_id = S1, .delivery = {DELIVERS_START});
    THEN_NOTHING(s);
}

static const struct test tests[] = {
    TEST(a_session_waits_for_its_shell),
    TEST(a_node_must_be_online_and_connected),
    TEST(a_connection_of_an_earlier_run_of_the_server_is_none),
    TEST(a_node_of_another_workspace_is_not_found),
    TEST(root_needs_a_profile_that_opens_terminals),
    TEST(a_node_has_only_so_many_live_sessions),
    TEST(the_size_that_the_shell_opens_with_holds),
    TEST(a_session_that_is_to_end_is_not_brought_back),
    TEST(a_shell_that_opens_after_the_end_is_told_to_stop),
    TEST(an_agent_speaks_for_its_own_node_and_on_its_own_connection),
    TEST(what_the_agent_is_not_told_fails_the_session),
};

const struct suite test_create_terminal_suite = SUITE("commands/terminal/create_terminal", tests);
