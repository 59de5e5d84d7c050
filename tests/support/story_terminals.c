/*
 * Terminals of a story.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/story_terminals.h"

#include "eventlog/events/terminal_events.h"

static void as_nobody(struct test_ledger *ledger)
{
    ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    ledger->origin = (struct origin){0};
}

static void as_user_of(struct test_ledger *ledger, const struct cast *cast)
{
    ledger->actor = (struct actor){.kind = ACTOR_USER, .id = cast->admin};
    ledger->origin = (struct origin){.address = {.text = text_lit("192.0.2.7")}};
}

static void as_agent_of(struct test_ledger *ledger, const struct cast *cast)
{
    ledger->actor = (struct actor){.kind = ACTOR_AGENT, .id = cast->node};
    ledger->origin = (struct origin){.address = {.text = text_lit("198.51.100.3")}};
}

static struct uuid chunk_of(const struct cast *cast, int64_t seq)
{
    struct uuid id = cast->terminal;

    id.bytes[9] = (uint8_t)(id.bytes[9] + seq);
    return id;
}

static void given_bytes(
    struct test_ledger *ledger,
    const struct cast *cast,
    int64_t seq,
    enum terminal_direction direction)
{
    const struct terminal_recorded recorded = {
        .session_id = cast->terminal,
        .node_id = cast->node,
        .chunk_id = chunk_of(cast, seq),
        .seq = seq,
        .direction = {direction},
        .data = bytes_of_text(text_lit("\x1b[1mhi\r\n"))};
    const struct terminal_counted counted = {
        .session_id = cast->terminal,
        .chunk_id = recorded.chunk_id,
        .seq = seq,
        .direction = {direction},
        .bytes = (int64_t)recorded.data.size,
        .said_at = ledger->now};

    given_event(ledger, &terminal_recorded_event, cast->terminal, cast->workspace, &recorded);
    given_event(ledger, &terminal_counted_event, cast->terminal, cast->workspace, &counted);
}

static void given_attachments(struct test_ledger *ledger, const struct cast *cast)
{
    const struct terminal_controller_attached attached = {
        cast->terminal, make_id(63), cast->admin, 1, make_id(62)};
    const struct terminal_control_taken taken = {
        cast->terminal, make_id(64), cast->admin, 2,
        make_id(62),    make_id(63), cast->admin, text_lit("my turn")};
    const struct terminal_watcher_joined joined = {
        cast->terminal, make_id(65), cast->admin, make_id(62)};
    const struct terminal_watcher_left left = {
        cast->terminal, make_id(65), cast->admin, {DETACHED_LEFT}};
    const struct terminal_controller_detached detached = {
        cast->terminal, make_id(64), cast->admin, {DETACHED_RESTARTED}};

    as_user_of(ledger, cast);
    given_event(
        ledger, &terminal_controller_attached_event, cast->terminal, cast->workspace, &attached);
    given_event(ledger, &terminal_control_taken_event, cast->terminal, cast->workspace, &taken);
    given_event(ledger, &terminal_watcher_joined_event, cast->terminal, cast->workspace, &joined);
    given_event(ledger, &terminal_watcher_left_event, cast->terminal, cast->workspace, &left);
    given_event(
        ledger, &terminal_controller_detached_event, cast->terminal, cast->workspace, &detached);
}

static void given_terminal_beginning(struct test_ledger *ledger, const struct cast *cast)
{
    const struct terminal_created created = {
        .session_id = cast->terminal,
        .workspace_id = cast->workspace,
        .node_id = cast->node,
        .user_id = cast->admin,
        .hostname = text_lit("web-1"),
        .cols = 120,
        .rows = 34,
        .run_as_root = OPT_FALSE,
        .retention_expires_at = timestamp_plus_us(ledger->now, US_PER_S)};
    const struct terminal_opened opened = {cast->terminal, 120, 34, ledger->now};
    const struct terminal_resized resized = {cast->terminal, cast->node, 100, 40, OPT_TRUE};

    as_user_of(ledger, cast);
    given_event(ledger, &terminal_created_event, cast->terminal, cast->workspace, &created);
    as_agent_of(ledger, cast);
    given_event(ledger, &terminal_opened_event, cast->terminal, cast->workspace, &opened);
    as_user_of(ledger, cast);
    given_event(ledger, &terminal_resized_event, cast->terminal, cast->workspace, &resized);
}

static void
given_terminal_end(struct test_ledger *ledger, const struct cast *cast, int64_t newest_chunk)
{
    const struct terminal_termination_requested requested = {
        .session_id = cast->terminal,
        .node_id = cast->node,
        .cause = {TERMINATION_BY_USER},
        .user_id = cast->admin};
    const struct terminal_stop_repeated repeated = {cast->terminal, cast->node, {0}};
    const struct terminal_closed closed = {
        .session_id = cast->terminal,
        .node_id = cast->node,
        .end = {TERMINAL_ENDED_BY_AGENT},
        .reason = text_lit("bye"),
        .exit_code = 3};
    const struct terminal_transcript_expired expired = {cast->terminal};
    const struct terminal_transcript_withheld withheld = {
        cast->terminal, make_id(66), text_lit("hold")};
    const int64_t positions[] = {newest_chunk, newest_chunk - 2};
    const struct terminal_transcript_dropped dropped = {
        cast->terminal, text_lit("TERMINAL_RETENTION_DAYS"), {positions, COUNT_OF(positions)}, 0};

    as_user_of(ledger, cast);
    given_event(
        ledger, &terminal_termination_requested_event, cast->terminal, cast->workspace, &requested);
    as_agent_of(ledger, cast);
    given_event(ledger, &terminal_stop_repeated_event, cast->terminal, cast->workspace, &repeated);
    given_event(ledger, &terminal_closed_event, cast->terminal, cast->workspace, &closed);
    as_nobody(ledger);
    given_event(
        ledger, &terminal_transcript_expired_event, cast->terminal, cast->workspace, &expired);
    given_event(
        ledger, &terminal_transcript_withheld_event, cast->terminal, cast->workspace, &withheld);
    given_event(
        ledger, &terminal_transcript_dropped_event, cast->terminal, cast->workspace, &dropped);
}

/* One that was closed, and one that failed before it was open. */
void given_story_of_terminals(struct test_ledger *ledger, const struct cast *cast)
{
    const struct terminal_created created = {
        .session_id = cast->failed_terminal,
        .workspace_id = cast->workspace,
        .node_id = cast->node,
        .user_id = cast->admin,
        .hostname = text_lit("web-1"),
        .cols = 80,
        .rows = 24,
        .run_as_root = OPT_TRUE,
        .retention_expires_at = timestamp_plus_us(ledger->now, INT64_C(600) * US_PER_S)};
    const struct terminal_failed failed = {
        .session_id = cast->failed_terminal,
        .node_id = cast->node,
        .end = {TERMINAL_ENDED_BY_AGENT},
        .reason = text_lit("no pty")};

    given_terminal_beginning(ledger, cast);
    given_attachments(ledger, cast);
    as_agent_of(ledger, cast);
    given_bytes(ledger, cast, 3, TERMINAL_STDOUT);
    as_user_of(ledger, cast);
    given_bytes(ledger, cast, 4, TERMINAL_STDIN);
    given_terminal_end(ledger, cast, (int64_t)ledger->made - 2);
    as_user_of(ledger, cast);
    given_event(ledger, &terminal_created_event, cast->failed_terminal, cast->workspace, &created);
    as_agent_of(ledger, cast);
    given_event(ledger, &terminal_failed_event, cast->failed_terminal, cast->workspace, &failed);
}
