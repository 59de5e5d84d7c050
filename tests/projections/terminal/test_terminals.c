/*
 * Terminal sessions and the chunks of their transcripts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/events/terminal_events.h"
#include "tests/support/expect.h"
#include "tests/support/projected.h"

static struct projected *p;

static void set_up(void)
{
    p = make_projected();
}

static void tear_down(void)
{
    end_projected(p);
}

static void as_user(void)
{
    p->ledger->actor = (struct actor){.kind = ACTOR_USER, .id = make_id(1)};
}

static void as_agent(void)
{
    p->ledger->actor = (struct actor){.kind = ACTOR_AGENT, .id = make_id(20)};
}

static void given(const struct event_type *type, const void *event)
{
    given_event(p->ledger, type, make_id(10), make_id(2), event);
}

static void given_created(void)
{
    const struct terminal_created created = {
        .session_id = make_id(10),
        .workspace_id = make_id(2),
        .node_id = make_id(20),
        .user_id = make_id(1),
        .hostname = text_lit("web-1"),
        .cols = 120,
        .rows = 34,
        .run_as_root = OPT_FALSE,
        .retention_expires_at = {1900000000000000}};

    given_ada_registered(p);
    as_user();
    given(&terminal_created_event, &created);
}

static void given_opened(void)
{
    const struct terminal_opened opened = {make_id(10), 100, 40, {0}};

    given_created();
    as_agent();
    given(&terminal_opened_event, &opened);
}

static void
given_bytes(unsigned chunk, int64_t seq, enum terminal_direction direction, int64_t size)
{
    const struct terminal_recorded recorded = {
        .session_id = make_id(10),
        .node_id = make_id(20),
        .chunk_id = make_id(chunk),
        .seq = seq,
        .direction = {direction},
        .data = bytes_of_text(text_lit("hello"))};
    const struct terminal_counted counted = {
        .session_id = make_id(10),
        .chunk_id = make_id(chunk),
        .seq = seq,
        .direction = {direction},
        .bytes = size,
        .said_at = {1700000000000000}};

    given(&terminal_recorded_event, &recorded);
    given(&terminal_counted_event, &counted);
}

static void given_closed(void)
{
    const struct terminal_closed closed = {
        .session_id = make_id(10),
        .node_id = make_id(20),
        .end = {TERMINAL_ENDED_BY_AGENT},
        .reason = text_lit("bye"),
        .exit_code = 3};

    as_agent();
    given(&terminal_closed_event, &closed);
}

static void a_new_session_waits_for_its_shell(void)
{
    given_created();
    given_applied(p);
    expect_text(
        row_of(
            p, "(select created_by_email_snapshot, status, opened_at, closed_reason, exit_code,"
               " cols, rows, run_as_root, chunk_count, last_chunk_seq, transcript_size,"
               " controller_user_id, watcher_user_ids, revision from terminal_sessions)"),
        "{\"created_by_email_snapshot\":\"ada@example.com\",\"status\":\"pending\","
        "\"opened_at\":null,\"closed_reason\":null,\"exit_code\":null,\"cols\":120,\"rows\":34,"
        "\"run_as_root\":false,\"chunk_count\":1,\"last_chunk_seq\":1,\"transcript_size\":49,"
        "\"controller_user_id\":null,\"watcher_user_ids\":[],\"revision\":1}");
}

static void the_transcript_counts_bytes_and_words(void)
{
    given_opened();
    given_bytes(30, 3, TERMINAL_STDOUT, 5);
    as_user();
    given_bytes(31, 4, TERMINAL_STDIN, 5);
    given_closed();
    given_applied(p);
    expect_text(
        value_of(
            p, "select string_agg(seq || ' ' || direction || ' ' || size || ' ' ||"
               " (user_id is not null) || ' ' || (source_timestamp is not null), ', ' order by seq)"
               " from terminal_session_chunks"),
        "1 system 49 true false, 2 system 23 false false, 3 stdout 5 false true,"
        " 4 stdin 5 true true, 5 system 3 false false");
    expect_text(
        value_of(
            p, "select concat_ws('|', status, closed_reason, exit_code, cols, chunk_count,"
               " last_chunk_seq, transcript_size, closed_at = updated_at) from terminal_sessions"),
        "closed|bye|3|100|5|5|85|t");
}

/* The event before the one that counts them. */
static void a_chunk_of_bytes_knows_where_they_stand(void)
{
    given_opened();
    given_bytes(30, 3, TERMINAL_STDOUT, 5);
    given_applied(p);
    expect_text(
        value_of(p, "select position from terminal_session_chunks where seq = 3"),
        text_format(p->arena, "%llu", (unsigned long long)p->ledger->made - 2).data);
}

static void who_controls_and_who_watches_is_shown(void)
{
    const struct terminal_controller_attached attached = {
        make_id(10), make_id(40), make_id(1), 1, make_id(9)};
    const struct terminal_watcher_joined joined = {
        make_id(10), make_id(41), make_id(3), make_id(9)};
    const struct terminal_control_taken taken = {make_id(10), make_id(42), make_id(3), 2,
                                                 make_id(9),  make_id(40), make_id(1), {0}};
    const struct terminal_watcher_left left = {
        make_id(10), make_id(41), make_id(3), {DETACHED_LEFT}};
    const char *who = "select (controller_user_id = created_by_user_id) || ' ' ||"
                      " jsonb_array_length(watcher_user_ids) from terminal_sessions";

    given_opened();
    as_user();
    given(&terminal_controller_attached_event, &attached);
    given(&terminal_watcher_joined_event, &joined);
    given_applied(p);
    expect_text(value_of(p, who), "true 1");
    given(&terminal_control_taken_event, &taken);
    given(&terminal_watcher_left_event, &left);
    given_applied(p);
    expect_text(value_of(p, who), "false 0");
    given_closed();
    given_applied(p);
    expect_text(value_of(p, "select controller_user_id is null from terminal_sessions"), "t");
}

static void only_the_programs_reason_is_shown_before_the_end(void)
{
    struct terminal_termination_requested requested = {
        .session_id = make_id(10),
        .node_id = make_id(20),
        .cause = {TERMINATION_BY_USER},
        .reason = text_lit("enough"),
        .user_id = make_id(1)};

    given_opened();
    as_user();
    given(&terminal_termination_requested_event, &requested);
    given_applied(p);
    expect_text(
        value_of(p, "select status || ' ' || (closed_reason is null) from terminal_sessions"),
        "terminating true");
    requested.cause.is = TERMINATION_OVERFLOW;
    requested.reason = text_lit("transcript-overflow");
    given(&terminal_termination_requested_event, &requested);
    given_applied(p);
    expect_text(value_of(p, "select closed_reason from terminal_sessions"), "transcript-overflow");
}

/* Each chunk is two events: the bytes, and what stays of them. */
static void given_dropped(int64_t newest)
{
    const int64_t positions[] = {newest, newest - 2};
    const struct terminal_transcript_expired expired = {make_id(10)};
    const struct terminal_transcript_dropped dropped = {
        make_id(10), text_lit("TERMINAL_RETENTION_DAYS"), {positions, COUNT_OF(positions)}, 0};

    p->ledger->actor = (struct actor){.kind = ACTOR_SYSTEM};
    given(&terminal_transcript_expired_event, &expired);
    given(&terminal_transcript_dropped_event, &dropped);
}

static void expect_gone(int64_t position)
{
    struct record record;
    struct error error;

    expect_ok(
        ledger_read_one(
            p->ledger->log, (struct position){(uint64_t)position}, p->arena, &record, &error),
        &error);
    expect(!record.has_body && record.type == &terminal_recorded_event);
}

static void rows_are_the_same_with_the_bytes_and_without_them(void)
{
    struct db *db = NULL;
    struct build *beside = NULL;
    struct error error;
    int64_t newest;

    given_opened();
    given_bytes(30, 3, TERMINAL_STDOUT, 5);
    given_bytes(31, 4, TERMINAL_STDOUT, 5);
    newest = (int64_t)p->ledger->made - 2;
    given_closed();
    given_applied(p);
    given_dropped(newest);
    given_applied(p);
    expect_gone(newest);
    expect_gone(newest - 2);
    expect_ok(ledger_verify(p->ledger->log, NULL, NULL, &error), &error);
    expect_ok(db_open(p->conninfo, 10, 0, &db, &error), &error);
    expect_ok(
        build_open(db, "set_beside", p->ledger->log, p->ledger->keyring, &beside, &error), &error);
    expect_ok(build_rebuild(beside, ledger_size(p->ledger->log), NULL, NULL, &error), &error);
    expect_text(digest_of(p, "set_beside"), digest_of(p, "set_test").data);
    build_close(beside);
    db_close(db);
}

static const struct test tests[] = {
    TEST(a_new_session_waits_for_its_shell),
    TEST(the_transcript_counts_bytes_and_words),
    TEST(a_chunk_of_bytes_knows_where_they_stand),
    TEST(who_controls_and_who_watches_is_shown),
    TEST(only_the_programs_reason_is_shown_before_the_end),
    TEST(rows_are_the_same_with_the_bytes_and_without_them),
};

const struct suite test_terminals_suite =
    SUITE_WITH("projections/terminal/terminals", tests, .set_up = set_up, .tear_down = tear_down);
