/*
 * How terminals end: by their shell, by somebody, by deadlines, with agent and node; and what becomes
 * of the transcript.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "commands/node/connection_commands.h"
#include "commands/terminal/terminal.h"
#include "eventlog/events/node_events.h"
#include "eventlog/events/privacy_events.h"
#include "tests/support/terminals.h"

#define REPORT .report = {.node_id = N1, .connection = LINE1, .session_id = S1}
#define DAY_S  (INT64_C(24) * 3600)

static void when_writing(struct scenario *s, size_t count)
{
    as_node(s, N1);
    WHEN(s, report_terminal_output, REPORT, .direction = {1}, .payload = bytes_written(s, count));
}

static void when_exiting(struct scenario *s, int64_t exit_code, const char *reason)
{
    as_node(s, N1);
    WHEN(
        s, report_terminal_exited, REPORT, .exit_code = exit_code,
        .reason = reason == NULL ? (struct text){0} : text_from(reason));
}

static void output_is_recorded_chunk_by_chunk(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    int64_t first;

    given_open_terminal(s);
    when_writing(s, 5);
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_recorded, .session_id = S1, .node_id = N1, .chunk_id = scenario_made(s, 0),
            .seq = 3, .direction = {TERMINAL_STDOUT}, .data = bytes_written(s, 5)),
        HAPPENED(
            terminal_counted, .session_id = S1, .chunk_id = scenario_made(s, 0), .seq = 3,
            .direction = {TERMINAL_STDOUT}, .bytes = 5));
    expect_int64(ANSWER(s, terminal_view)->seq, 3);
    first = scenario_size(s);
    when_writing(s, 0);
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_recorded, .session_id = S1, .node_id = N1, .chunk_id = scenario_made(s, 0),
            .seq = 4, .direction = {TERMINAL_STDOUT}, .data = bytes_written(s, 0)),
        HAPPENED(
            terminal_counted, .session_id = S1, .chunk_id = scenario_made(s, 0), .seq = 4,
            .direction = {TERMINAL_STDOUT}, .bytes = 0, .previous_size = first));
}

static void a_transcript_that_is_full_ends_the_session(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    for (int i = 0; i < TERMINAL_MOST_OUTPUT / 40960; i++)
        when_writing(s, 40960);
    expect_int64(ANSWER(s, terminal_view)->seq, 2 + TERMINAL_MOST_OUTPUT / 40960);
    when_writing(s, 1);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_termination_requested, .session_id = S1, .node_id = N1,
               .cause = {TERMINATION_OVERFLOW}, .reason = text_lit("transcript-overflow")));
    expect_int64(ANSWER(s, terminal_view)->seq, INT64_ABSENT);
    when_writing(s, 1);
    THEN_NOTHING(s);
    WHEN(s, fail_terminal_delivery, .session_id = S1, .delivery = {DELIVERS_STOP});
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_failed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_UNDELIVERED},
            .reason = text_lit(
                "Transcript capacity exceeded and the terminal could not be stopped cleanly.")));
}

static void an_exit_code_that_is_not_said_is_zero_unless_it_was_stopped(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    when_exiting(s, INT64_ABSENT, NULL);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_closed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_BY_AGENT},
               .reason = text_lit("Terminal session exited."), .exit_code = 0));
    when_exiting(s, 1, "again");
    THEN_NOTHING(s);
    s = scenario_at("2026-03-22T12:00:00Z");
    given_open_terminal(s);
    WHEN(s, terminate_terminal, .session_id = S1);
    when_exiting(s, INT64_ABSENT, "stopped");
    THEN_EMITTED(
        s, HAPPENED(
               terminal_closed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_BY_AGENT},
               .reason = text_lit("stopped"), .exit_code = INT64_ABSENT));
    THEN_CAUSED_BY(s, terminal_termination_requested);
}

static void an_error_of_the_agent_fails_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    as_node(s, N1);
    WHEN(s, report_terminal_error, REPORT, .message = text_lit("no pty"));
    THEN_EMITTED(
        s, HAPPENED(
               terminal_failed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_BY_AGENT},
               .reason = text_lit("no pty")));
    expect_int64(ANSWER(s, terminal_view)->status.is, TERMINAL_FAILED);
    when_writing(s, 3);
    THEN_NOTHING(s);
    scenario_pass(s, TERMINAL_STOP_AGAIN_S + 1);
    when_writing(s, 3);
    THEN_EMITTED(s, HAPPENED(terminal_stop_repeated, .session_id = S1, .node_id = N1));
}

static void any_admin_ends_it_once(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    as_person(s, U2);
    WHEN(s, terminate_terminal, .workspace_id = W1, .session_id = S1, .reason = text_lit("enough"));
    THEN_EMITTED(
        s, HAPPENED(
               terminal_termination_requested, .session_id = S1, .node_id = N1,
               .cause = {TERMINATION_BY_USER}, .reason = text_lit("enough"), .user_id = U2));
    WHEN(s, terminate_terminal, .workspace_id = W1, .session_id = S1);
    THEN_NOTHING(s);
    WHEN(s, terminate_terminal, .workspace_id = W2, .session_id = S1);
    THEN_REFUSED(s, NOT_FOUND, naming(s, "Terminal session %s was not found.", S1));
    WHEN(s, fail_terminal_delivery, .session_id = S1, .delivery = {DELIVERS_STOP});
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_closed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_UNDELIVERED},
            .reason = text_lit("enough"), .exit_code = INT64_ABSENT));
    WHEN(s, terminate_terminal, .workspace_id = W1, .session_id = S1);
    THEN_NOTHING(s);
}

static void a_shell_that_does_not_open_in_time_fails_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_pending_terminal(s);
    scenario_pass(s, TERMINAL_START_S - 1);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, 2);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_failed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_OVERDUE},
               .reason =
                   text_lit("Terminal session did not open before the startup timeout elapsed.")));
    expect_int64(scenario_timers(s, TIMER_TERMINAL_START), 0);
    expect_int64(scenario_timers(s, TIMER_TERMINAL_ATTEND), 0);
}

static void a_session_that_nobody_attends_ends(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    scenario_pass(s, TERMINAL_ATTEND_S + 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_termination_requested, .session_id = S1, .node_id = N1,
            .cause = {TERMINATION_UNATTENDED}, .reason = text_lit("controller-detached-timeout")));
    scenario_pass(s, TERMINAL_STOP_S + 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_closed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_OVERDUE},
               .reason = text_lit("controller-detached-timeout"), .exit_code = INT64_ABSENT));
}

static void whoever_comes_back_in_time_keeps_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    expect_int64(scenario_timers(s, TIMER_TERMINAL_ATTEND), 0);
    WHEN(s, detach_terminal, .session_id = S1, .attachment_id = A1);
    scenario_pass(s, TERMINAL_ATTEND_S - 1);
    WHEN(s, attach_terminal, .session_id = S1, .attachment_id = A2);
    scenario_pass(s, TERMINAL_ATTEND_S);
    WHEN_DUE(s);
    THEN_NOTHING(s);
}

static void a_shell_that_does_not_stop_in_time_is_given_up(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    WHEN(s, terminate_terminal, .session_id = S1, .reason = text_lit("enough"));
    scenario_pass(s, TERMINAL_STOP_S + 1);
    WHEN_DUE(s);
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_closed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_OVERDUE},
            .reason = text_lit("Termination completed after the remote shell stopped responding to "
                               "exit confirmation."),
            .exit_code = INT64_ABSENT));
}

static void it_ends_with_the_agent_that_ran_it(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    GIVEN(s, HAPPENED(node_agent_started, .node_id = N1, .start = text_lit("boot 1")));
    WHEN(
        s, report_agent_start, .node_id = N1, .credential_digest = digest_named(s, "agent 1"),
        .start = text_lit("boot 2"));
    THEN_EMITTED(
        s, HAPPENED(node_agent_started, .node_id = N1, .start = text_lit("boot 2")),
        HAPPENED(
            terminal_failed, .session_id = S1, .node_id = N1,
            .end = {TERMINAL_ENDED_AGENT_RESTARTED},
            .reason = text_lit("The agent was restarted, and the shell ended with it.")));
}

static void nobody_watches_what_has_ended(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    GIVEN(
        s, HAPPENED(
               terminal_watcher_joined, .session_id = S1, .attachment_id = A2, .user_id = U2,
               .boot = id_named("boot")));
    expect(model_linked(scenario_model(s), LINK_TERMINAL_WATCHER, S1, A2, NULL));
    when_exiting(s, 0, NULL);
    expect(!model_linked(scenario_model(s), LINK_TERMINAL_WATCHER, S1, A2, NULL));
}

static void it_ends_with_its_node(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    WHEN(s, remove_node, .id = N1);
    THEN_EMITTED(
        s,
        HAPPENED(
            terminal_failed, .session_id = S1, .node_id = N1, .end = {TERMINAL_ENDED_NODE_REMOVED},
            .reason = text_lit("The node was removed.")),
        HAPPENED(node_removed, .node_id = N1));
}

static void a_connection_that_ends_ends_no_session(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_open_terminal(s);
    WHEN(s, disconnect_agent, .node_id = N1, .connection = LINE1, .end = {CONNECTION_CLOSED});
    WHEN(s, terminate_terminal, .session_id = S1);
    expect_int64(ANSWER(s, terminal_view)->status.is, TERMINAL_TERMINATING);
}

static void a_transcript_is_dropped_chunk_by_chunk_when_its_time_is_over(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    int64_t first;
    int64_t second;

    given_open_terminal(s);
    when_writing(s, 3);
    first = scenario_size(s);
    when_writing(s, 3);
    second = scenario_size(s);
    when_exiting(s, 0, NULL);
    scenario_pass(s, 7 * DAY_S - 1);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, 1);
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(terminal_transcript_expired, .session_id = S1));
    WHEN_DUE(s);
    THEN_NOTHING(s);
    WHEN(s, query_expired_transcript, .after = UUID_NONE);
    expect(uuid_equal(ANSWER(s, expired_transcript)->session_id, S1));
    expect_int64(ANSWER(s, expired_transcript)->drop_size, second);
    WHEN(
        s, drop_transcript, .session_id = S1, .positions = {(const int64_t[]){first - 2}, 1},
        .next_size = 0);
    THEN_NOTHING(s);
    WHEN(
        s, drop_transcript, .session_id = S1, .positions = {(const int64_t[]){second - 2}, 1},
        .next_size = first);
    expect_done(s);
    WHEN(
        s, drop_transcript, .session_id = S1, .positions = {(const int64_t[]){second - 2}, 1},
        .next_size = first);
    THEN_NOTHING(s);
    WHEN(
        s, drop_transcript, .session_id = S1, .positions = {(const int64_t[]){first - 2}, 1},
        .next_size = 0);
    WHEN(s, query_expired_transcript, .after = UUID_NONE);
    expect(!uuid_is_present(ANSWER(s, expired_transcript)->session_id));
}

/* Its chunks' sizes, oldest first. */
static void given_expired_transcript(struct scenario *s, int64_t sizes[2])
{
    given_controlled_terminal(s);
    for (size_t i = 0; i < 2; i++) {
        when_writing(s, 3);
        sizes[i] = scenario_size(s);
    }
    when_exiting(s, 0, NULL);
    scenario_pass(s, 8 * DAY_S);
    WHEN_DUE(s);
}

static void given_hold(struct scenario *s, const struct hold_placed *over)
{
    struct hold_placed placed = *over;

    placed.hold_id = id_named("hold");
    placed.reason = text_lit("a dispute");
    GIVEN(s, (struct happened){&hold_placed_event, &placed, OUTCOME_DONE});
}

static void when_dropping(struct scenario *s, const int64_t sizes[2])
{
    const int64_t positions[] = {sizes[1] - 2, sizes[0] - 2};

    WHEN(s, drop_transcript, .session_id = S1, .positions = {positions, 2}, .next_size = 0);
}

static void expect_withheld(struct scenario *s)
{
    THEN_EMITTED(
        s, HAPPENED(
               terminal_transcript_withheld, .session_id = S1, .hold_id = id_named("hold"),
               .rule = text_lit("hold")));
}

/* Also over the last and the first of its bytes alone. */
static void a_hold_over_anybody_or_anything_of_it_withholds_a_transcript_on_record(void)
{
    for (int i = 0; i < 5; i++) {
        struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
        int64_t sizes[2];
        given_expired_transcript(s, sizes);
        const struct hold_placed over[] = {
            {.kind = {HOLD_PERSON}, .target_id = U1},
            {.kind = {HOLD_WORKSPACE}, .target_id = W1},
            {.kind = {HOLD_NODE}, .target_id = N1},
            {.kind = {HOLD_POSITIONS}, .first_position = 0, .last_position = sizes[0] - 2},
            {.kind = {HOLD_POSITIONS}, .first_position = sizes[1] - 2, .last_position = 1 << 20},
        };
        given_hold(s, &over[i]);
        when_dropping(s, sizes);
        expect_withheld(s);
        when_dropping(s, sizes);
        THEN_NOTHING(s);
    }
}

static void whoever_only_watched_is_somebody_of_it_too(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    int64_t sizes[2];

    given_controlled_terminal(s);
    GIVEN(
        s, HAPPENED(
               terminal_watcher_joined, .session_id = S1, .attachment_id = A2, .user_id = U2,
               .boot = id_named("boot")));
    when_writing(s, 3);
    sizes[0] = scenario_size(s);
    when_exiting(s, 0, NULL);
    scenario_pass(s, 8 * DAY_S);
    WHEN_DUE(s);
    given_hold(s, &(struct hold_placed){.kind = {HOLD_PERSON}, .target_id = U2});
    WHEN(
        s, drop_transcript, .session_id = S1, .positions = {(const int64_t[]){sizes[0] - 2}, 1},
        .next_size = 0);
    expect_withheld(s);
}

static void what_is_withheld_is_passed_over_until_the_hold_is_released(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    int64_t sizes[2];

    given_expired_transcript(s, sizes);
    given_hold(s, &(struct hold_placed){.kind = {HOLD_PERSON}, .target_id = U1});
    when_dropping(s, sizes);
    WHEN(s, query_expired_transcript, .after = UUID_NONE);
    expect(!uuid_is_present(ANSWER(s, expired_transcript)->session_id));
    GIVEN(s, HAPPENED(hold_released, .hold_id = id_named("hold"), .reason = text_lit("settled")));
    WHEN(s, query_expired_transcript, .after = UUID_NONE);
    expect(uuid_equal(ANSWER(s, expired_transcript)->session_id, S1));
    expect_int64(ANSWER(s, expired_transcript)->drop_size, sizes[1]);
    when_dropping(s, sizes);
    expect_done(s);
    WHEN(s, query_expired_transcript, .after = UUID_NONE);
    expect(!uuid_is_present(ANSWER(s, expired_transcript)->session_id));
}

static void a_second_hold_withholds_what_the_first_no_longer_does(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    struct hold_placed second = {
        .hold_id = id_named("hold 2"),
        .kind = {HOLD_PERSON},
        .target_id = U1,
        .reason = text_lit("another dispute")};
    int64_t sizes[2];

    given_expired_transcript(s, sizes);
    given_hold(s, &(struct hold_placed){.kind = {HOLD_PERSON}, .target_id = U1});
    GIVEN(s, (struct happened){&hold_placed_event, &second, OUTCOME_DONE});
    GIVEN(s, HAPPENED(hold_released, .hold_id = id_named("hold"), .reason = text_lit("settled")));
    when_dropping(s, sizes);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_transcript_withheld, .session_id = S1, .hold_id = second.hold_id,
               .rule = text_lit("hold")));
}

static void a_hold_over_others_withholds_nothing(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");
    int64_t sizes[2];

    given_expired_transcript(s, sizes);
    given_hold(s, &(struct hold_placed){.kind = {HOLD_PERSON}, .target_id = U2});
    given_hold(
        s,
        &(struct hold_placed){
            .kind = {HOLD_POSITIONS}, .first_position = sizes[1], .last_position = sizes[1] + 9});
    when_dropping(s, sizes);
    THEN_EMITTED(
        s, HAPPENED(
               terminal_transcript_dropped, .session_id = S1,
               .rule = text_lit("TERMINAL_RETENTION_DAYS"),
               .positions = {(const int64_t[]){sizes[1] - 2, sizes[0] - 2}, 2}));
}

static void a_session_that_outlives_its_retention_keeps_its_transcript_while_it_lives(void)
{
    struct scenario *s = scenario_at("2026-03-22T12:00:00Z");

    given_controlled_terminal(s);
    scenario_pass(s, 8 * DAY_S);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    when_exiting(s, 0, NULL);
    WHEN_DUE(s);
    THEN_NOTHING(s);
    scenario_pass(s, TERMINAL_LEAST_KEPT_S + 1);
    WHEN_DUE(s);
    THEN_EMITTED(s, HAPPENED(terminal_transcript_expired, .session_id = S1));
}

static const struct test tests[] = {
    TEST(output_is_recorded_chunk_by_chunk),
    TEST(a_transcript_that_is_full_ends_the_session),
    TEST(an_exit_code_that_is_not_said_is_zero_unless_it_was_stopped),
    TEST(an_error_of_the_agent_fails_it),
    TEST(any_admin_ends_it_once),
    TEST(a_shell_that_does_not_open_in_time_fails_it),
    TEST(a_session_that_nobody_attends_ends),
    TEST(whoever_comes_back_in_time_keeps_it),
    TEST(a_shell_that_does_not_stop_in_time_is_given_up),
    TEST(it_ends_with_the_agent_that_ran_it),
    TEST(nobody_watches_what_has_ended),
    TEST(it_ends_with_its_node),
    TEST(a_connection_that_ends_ends_no_session),
    TEST(a_transcript_is_dropped_chunk_by_chunk_when_its_time_is_over),
    TEST(a_hold_over_anybody_or_anything_of_it_withholds_a_transcript_on_record),
    TEST(whoever_only_watched_is_somebody_of_it_too),
    TEST(what_is_withheld_is_passed_over_until_the_hold_is_released),
    TEST(a_second_hold_withholds_what_the_first_no_longer_does),
    TEST(a_hold_over_others_withholds_nothing),
    TEST(a_session_that_outlives_its_retention_keeps_its_transcript_while_it_lives),
};

const struct suite test_terminal_end_suite = SUITE("commands/terminal/terminal_end", tests);
