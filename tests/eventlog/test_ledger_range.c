/*
 * Where a stretch ends that a follower is sent: whoever is promoted with what it has must not have half of a command,
 * whose repeat would be answered as done.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_range.h"
#include "tests/eventlog/make_ledger.h"

enum { MEBIBYTE = 1 << 20, LARGE = 3 * MEBIBYTE, LARGE_COUNT = 24 };

static struct ledger *ledger;
static struct buf copied;
static uint64_t next;

static void set_up(void)
{
    ledger = make_log(make_directory());
    buf_init(&copied, LEDGER_RANGE_ANSWER);
    next = 0;
}

static void tear_down(void)
{
    ledger_close(ledger);
    buf_fini(&copied);
}

static void given_alone(size_t count)
{
    struct error error = {0};

    expect_ok(append_next(ledger, count, &error), &error);
}

/* Events of one command, of so many bytes each. */
static void given_command(size_t count, uint32_t bytes)
{
    AUTO_ARENA arena = arena_new(256 << 20);
    struct ledger_draft *drafts = arena_array(arena, count, sizeof(*drafts));
    uint8_t *binary = arena_take(arena, bytes + 5);
    uint64_t size = ledger_size(ledger);
    struct error error = {0};

    binary[0] = 0xc6; /* msgpack's bin 32 */
    for (int i = 0; i < 4; i++)
        binary[1 + i] = (uint8_t)(bytes >> (24 - 8 * i));
    for (size_t i = 0; i < count; i++) {
        drafts[i] = make_draft(arena, size + i);
        drafts[i].entry.command_id = make_event_id(size);
        drafts[i].body = make_body(arena, (struct bytes){binary, bytes + 5});
    }
    expect_ok(ledger_append(ledger, drafts, count, &error), &error);
}

/* The next stretch holds as many events as it says. */
static uint64_t copy_next_of(size_t most_bytes)
{
    uint64_t from = next;
    struct ledger_stretch stretch = {from, ledger_size(ledger), most_bytes};
    uint64_t count = 0;
    struct stored_event event;
    struct bytes rest;
    struct error error = {0};

    buf_clear(&copied);
    expect_ok(ledger_range_copy(ledger, &stretch, &copied, &error), &error);
    next = stretch.next;
    rest = buf_bytes(&copied);
    while (stored_event_next(&rest, &event))
        count++;
    expect_int64((int64_t)rest.size, 0);
    expect_int64((int64_t)count, (int64_t)(next - from));
    return count;
}

static uint64_t copy_next(void)
{
    return copy_next_of(LEDGER_RANGE_USUAL);
}

static void a_stretch_ends_where_a_command_does(void)
{
    given_alone(995);
    given_command(10, 1);
    given_alone(1000);
    expect_int64((int64_t)copy_next(), 995);
    expect_int64((int64_t)copy_next(), 1000);
    expect_int64((int64_t)copy_next(), 10);
    expect_int64((int64_t)next, (int64_t)ledger_size(ledger));
}

static void a_command_larger_than_a_stretch_comes_whole(void)
{
    given_alone(3);
    given_command(2500, 1);
    given_alone(5);
    expect_int64((int64_t)copy_next(), 3);
    expect_int64((int64_t)copy_next(), 2500);
    expect_int64((int64_t)copy_next(), 5);
}

static void what_is_too_large_for_an_answer_comes_in_several(void)
{
    uint64_t first;

    given_command(LARGE_COUNT, LARGE);
    first = copy_next();
    expect(first > 1 && first < LARGE_COUNT);
    expect(copied.size < LEDGER_RANGE_ANSWER);
    expect_int64((int64_t)copy_next(), (int64_t)(LARGE_COUNT - first));
}

/* One command at least, however little is asked for: whoever asks again would never get on. */
static void as_little_comes_as_is_asked_for(void)
{
    given_alone(3);
    given_command(5, LARGE);
    given_alone(2);
    expect_int64((int64_t)copy_next_of(1), 1);
    expect_int64((int64_t)copy_next_of(1), 1);
    expect_int64((int64_t)copy_next_of(2 * LARGE), 1);
    expect_int64((int64_t)copy_next_of(2 * LARGE), 5);
    expect_int64((int64_t)copy_next_of(2 * LARGE), 2);
}

static const struct test tests[] = {
    TEST(a_stretch_ends_where_a_command_does),
    TEST(a_command_larger_than_a_stretch_comes_whole),
    TEST(as_little_comes_as_is_asked_for),
    TEST(what_is_too_large_for_an_answer_comes_in_several),
};
const struct suite test_ledger_range_suite =
    SUITE_WITH("eventlog/ledger_range", tests, .set_up = set_up, .tear_down = tear_down);
