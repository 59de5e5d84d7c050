/*
 * What was copied from one ledger and appended to another is the same ledger; what does not fit is
 * appended to none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "eventlog/ledger_copy.h"
#include "tests/eventlog/make_ledger.h"

enum { EVENTS = 1500, MOST = 2000, COPY_BYTES = 16 << 20 };

static const char *home;
static struct ledger *from;
static struct ledger *to;
static struct buf copied;
static struct stored_event events[MOST];
static size_t count;
static struct error error;

static void copy_all(size_t budget)
{
    uint64_t next = 0;
    uint64_t size = ledger_size(from);
    struct bytes rest;

    buf_clear(&copied);
    while (next < size)
        must(ledger_copy(from, &next, size, budget, &copied, &error) == STATUS_OK);
    rest = buf_bytes(&copied);
    count = 0;
    while (stored_event_next(&rest, &events[count]))
        count++;
    expect_int64((int64_t)rest.size, 0);
    expect_int64((int64_t)count, (int64_t)size);
}

static void set_up(void)
{
    error = (struct error){0};
    home = make_home(EVENTS);
    from = make_log(home);
    to = make_log(make_directory());
    buf_init(&copied, COPY_BYTES);
    copy_all(SIZE_MAX);
}

static void tear_down(void)
{
    ledger_close(to);
    ledger_close(from);
    buf_fini(&copied);
}

static void expect_same(void)
{
    struct digest a;
    struct digest b;

    expect_int64((int64_t)ledger_size(to), (int64_t)ledger_size(from));
    must(ledger_root(from, ledger_size(from), &a, &error) == STATUS_OK);
    must(ledger_root(to, ledger_size(to), &b, &error) == STATUS_OK);
    expect(memcmp(&a, &b, sizeof(a)) == 0);
    expect_ok(ledger_verify(to, NULL, NULL, &error), &error);
}

static void what_was_copied_is_the_same_ledger_elsewhere(void)
{
    expect_ok(ledger_append_stored(to, events, count / 2, &error), &error);
    expect_ok(ledger_append_stored(to, events + count / 2, count - count / 2, &error), &error);
    expect_same();
}

static void a_small_budget_copies_the_same_one_by_one(void)
{
    copy_all(1);
    expect_ok(ledger_append_stored(to, events, count, &error), &error);
    expect_same();
}

static void expect_refused(const char *why)
{
    expect_status(ledger_append_stored(to, events, count, &error), STATUS_CORRUPT, &error);
    expect(error_names(&error, why));
    expect_int64((int64_t)ledger_size(to), 0);
    expect(!ledger_is_stopped(to, NULL));
}

static void an_event_out_of_its_place_is_refused_and_nothing_is_stored(void)
{
    struct stored_event moved = events[20];

    events[20] = events[21];
    events[21] = moved;
    expect_refused("position 20");
}

static void a_body_that_is_not_that_of_its_entry_is_refused(void)
{
    events[7].body = bytes_of_text(text_lit("the body of another event"));
    expect_refused("position 7 has another body than its entry says");
}

static void an_entry_that_is_none_is_refused(void)
{
    events[7].entry.size--;
    expect_refused("position 7");
}

static void damage_is_not_copied(void)
{
    uint64_t next = 0;

    ledger_close(from);
    given_flipped_bit(home, "bodies", 9);
    from = make_log(home);
    expect_status(
        ledger_copy(from, &next, EVENTS, SIZE_MAX, &copied, &error), STATUS_CORRUPT, &error);
    expect(error_names(&error, "position 9"));
    expect_int64((int64_t)next, 9);
}

static const struct test tests[] = {
    TEST(what_was_copied_is_the_same_ledger_elsewhere),
    TEST(a_small_budget_copies_the_same_one_by_one),
    TEST(an_event_out_of_its_place_is_refused_and_nothing_is_stored),
    TEST(a_body_that_is_not_that_of_its_entry_is_refused),
    TEST(an_entry_that_is_none_is_refused),
    TEST(damage_is_not_copied),
};
const struct suite test_ledger_copy_suite =
    SUITE_WITH("eventlog/ledger_copy", tests, .set_up = set_up, .tear_down = tear_down);
