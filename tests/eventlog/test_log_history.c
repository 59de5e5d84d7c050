/*
 * What the ledger was called at each size, found by the index or event by event.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/arena.h"
#include "core/base/must.h"
#include "eventlog/events/platform_events.h"
#include "eventlog/ledger_index.h"
#include "eventlog/log_history.h"
#include "tests/support/expect.h"
#include "tests/support/ledger.h"

enum { OPENED, FIRST_DECLARED = 2, ROTATED, SECOND_DECLARED = 5, SIZE = 7 };

static const uint8_t digest[DIGEST_SIZE] = {7};
static const struct bytes root = {digest, sizeof(digest)};
static struct test_ledger *ledger;
static struct ledger_index *index_of_ledger;
static struct arena *arena;
static struct error error;

static void given_declared(const char *origin)
{
    const struct origin_declared declared = {text_from(origin),  text_lit("a.example"), 1, root,
                                             text_lit("a note"), text_lit("restored")};

    given_event(ledger, &origin_declared_event, make_id(1), UUID_NONE, &declared);
}

/* One that says nothing of it. */
static void given_other(void)
{
    const struct key_destroyed other = {.subject = make_id(2), .key_id = {digest, 8}};

    given_event(ledger, &key_destroyed_event, make_id(2), UUID_NONE, &other);
}

static void set_up(void)
{
    const struct ledger_opened opened = {make_id(1), text_lit("a.example"), root, root};
    const struct signing_key_rotated rotated = {root, {1}};

    arena = arena_new(1 << 20);
    ledger = make_ledger();
    given_event(ledger, &ledger_opened_event, make_id(1), UUID_NONE, &opened);
    given_other();
    given_declared("a.example/e1");
    given_event(ledger, &signing_key_rotated_event, make_id(1), UUID_NONE, &rotated);
    given_other();
    given_declared("a.example/e2");
    given_other();
    given_committed(ledger);
    must(ledger_index_open(ledger->home, ledger->log, false, &index_of_ledger, NULL) == STATUS_OK);
}

static void tear_down(void)
{
    ledger_index_close(index_of_ledger);
    end_ledger(ledger);
    arena_free(arena);
}

static struct log_history read_to(uint64_t end)
{
    struct log_history history = {.arena = arena};

    expect_ok(log_history_read(&history, ledger->log, index_of_ledger, end, &error), &error);
    return history;
}

static struct text origin_of(const struct log_history *history, uint64_t at)
{
    return log_history_origin(history, (struct position){at});
}

static void expect_whole(const struct log_history *history)
{
    expect_int64(history->count, 4);
    for (uint64_t at = OPENED; at < FIRST_DECLARED; at++)
        expect_text(origin_of(history, at), "a.example");
    for (uint64_t at = FIRST_DECLARED; at < SECOND_DECLARED; at++)
        expect_text(origin_of(history, at), "a.example/e1");
    for (uint64_t at = SECOND_DECLARED; at < SIZE; at++)
        expect_text(origin_of(history, at), "a.example/e2");
    expect_int64(log_history_at(history, ROTATED)->keys.count, 1);
    expect_int64(log_history_at(history, ROTATED + 1)->keys.count, 2);
}

static void each_event_has_the_origin_of_its_time_whether_indexed_or_not(void)
{
    struct log_history history = read_to(UINT64_MAX);
    size_t added = 0;

    expect_whole(&history);
    expect_ok(ledger_index_catch_up(index_of_ledger, 4, &added, &error), &error);
    history = read_to(SIZE);
    expect_whole(&history);
    expect_ok(ledger_index_catch_up(index_of_ledger, 1000, &added, &error), &error);
    history = read_to(SIZE);
    expect_whole(&history);
}

static void nothing_is_known_of_what_was_not_read(void)
{
    struct log_history history = read_to(0);

    expect_int64(history.count, 0);
    expect(log_history_at(&history, 1) == NULL);
    expect_text(origin_of(&history, 0), "");
    history = read_to(SECOND_DECLARED);
    expect_text(origin_of(&history, SECOND_DECLARED), "a.example/e1");
}

static void what_was_taken_in_is_not_taken_in_again(void)
{
    struct log_history history = read_to(FIRST_DECLARED);

    for (int times = 0; times < 2; times++) {
        for (uint64_t at = OPENED; at < SIZE; at++) {
            struct record record = {0};
            expect_ok(
                ledger_read_one(ledger->log, (struct position){at}, arena, &record, &error),
                &error);
            log_history_note(&history, &record);
        }
    }
    expect_whole(&history);
}

static const struct test tests[] = {
    TEST(each_event_has_the_origin_of_its_time_whether_indexed_or_not),
    TEST(nothing_is_known_of_what_was_not_read),
    TEST(what_was_taken_in_is_not_taken_in_again),
};
const struct suite test_log_history_suite =
    SUITE_WITH("eventlog/log_history", tests, .set_up = set_up, .tear_down = tear_down);
