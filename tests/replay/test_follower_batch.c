/*
 * What a leader sends is believed for nothing but its proof: whatever was changed on the way, or by the leader
 * itself, is found before anything is appended.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "core/base/must.h"
#include "eventlog/events/node_events.h"
#include "eventlog/keyring_copy.h"
#include "eventlog/ledger_proof.h"
#include "replay/follower_batch.h"
#include "tests/support/expect.h"
#include "tests/support/story.h"

#include <string.h>

enum { FROM = 7, COUNT = 20 };

static struct test_ledger *ledger;
static struct arena *arena;
static struct stored_event events[COUNT]; /* [FROM, FROM + COUNT) of the ledger … */
static size_t count;                      /* … of which so many are sent … */
static struct ledger_range range;         /* … in this … */
static struct checkpoint signed_at;       /* … and what was signed of it */

static void take_path(void)
{
    struct proof proof;
    uint8_t *path;

    must(ledger_consistency(ledger->log, FROM + COUNT, signed_at.size, &proof, NULL) == STATUS_OK);
    path = arena_take(arena, proof.count * DIGEST_SIZE);
    for (size_t i = 0; i < proof.count; i++)
        memcpy(path + i * DIGEST_SIZE, proof.hashes[i].bytes, DIGEST_SIZE);
    range.path = (struct bytes){path, proof.count * DIGEST_SIZE};
}

static void take_range(void)
{
    AUTO_BUF copied = {0};
    uint64_t next = FROM;
    struct bytes rest;

    buf_init(&copied, LEDGER_RANGE_ANSWER);
    must(ledger_copy(ledger->log, &next, FROM + COUNT, SIZE_MAX, &copied, NULL) == STATUS_OK);
    rest = bytes_copy(arena, buf_bytes(&copied));
    for (count = 0; count < COUNT; count++)
        must(stored_event_next(&rest, &events[count]));
    range = (struct ledger_range){.from = FROM};
    signed_at.size = ledger_size(ledger->log);
    must(ledger_root(ledger->log, signed_at.size, &signed_at.root, NULL) == STATUS_OK);
    take_path();
}

/* As they are now. */
static void send_events(void)
{
    AUTO_BUF sent = {0};

    buf_init(&sent, LEDGER_RANGE_ANSWER);
    for (size_t i = 0; i < count; i++) {
        buf_add_u32be(&sent, (uint32_t)events[i].entry.size);
        buf_add(&sent, events[i].entry.data, events[i].entry.size);
        buf_add_u32be(&sent, (uint32_t)events[i].body.size);
        buf_add(&sent, events[i].body.data, events[i].body.size);
    }
    range.events = bytes_copy(arena, buf_bytes(&sent));
}

static void set_up(void)
{
    ledger = make_ledger();
    given_opening(ledger);
    given_chapter(ledger, 1);
    given_committed(ledger);
    arena = arena_new(64 << 20);
    take_range();
}

static void tear_down(void)
{
    end_ledger(ledger);
    arena_free(arena);
}

/* Of the events before the range, as a follower has it. */
static struct tree_growth grown_to(uint64_t size)
{
    struct tree_growth growth = {.size = 0};

    for (uint64_t at = 0; at < size; at++) {
        struct digest leaf;
        must(ledger_leaf(ledger->log, (struct position){at}, &leaf, NULL) == STATUS_OK);
        tree_grow(&growth, leaf);
    }
    return growth;
}

static struct timestamp before(void)
{
    struct record record;

    must(
        ledger_read_one(ledger->log, (struct position){FROM - 1}, arena, &record, NULL) ==
        STATUS_OK);
    return record.entry.recorded_at;
}

static bool is_proved(void)
{
    struct tree_growth growth = grown_to(FROM);
    struct error error = {0};
    enum status status;

    send_events();
    status = ledger_range_check(&range, &signed_at, &growth, &error);
    expect(status == STATUS_OK || strcmp(error.code, "ledger_forked") == 0);
    return status == STATUS_OK;
}

static bool is_decoded(void)
{
    AUTO_ARENA scratch = arena_new(64 << 20);
    struct adoption adoption;
    struct error error = {0};
    enum status status;

    send_events();
    status = follower_decode(&range, before(), scratch, &adoption, &error);
    expect(status == STATUS_OK || strcmp(error.code, "evidence_damaged") == 0);
    return status == STATUS_OK;
}

static void what_was_signed_is_taken(void)
{
    struct adoption adoption;

    expect(is_proved());
    must(follower_decode(&range, before(), arena, &adoption, NULL) == STATUS_OK);
    expect_int64((int64_t)adoption.count, COUNT);
    expect_int64(adoption.records[3].entry.position, FROM + 3);
    expect(bytes_equal(adoption.events[3].entry, events[3].entry));
}

/* The trees of both sides agree without asking each other. */
static void the_tree_of_a_ledger_is_what_its_leaves_make(void)
{
    struct tree_growth stored;
    struct tree_growth grown = grown_to(ledger_size(ledger->log));

    must(ledger_growth(ledger->log, &stored, NULL) == STATUS_OK);
    expect_int64((int64_t)stored.size, (int64_t)grown.size);
    expect(
        memcmp(tree_growth_root(&stored).bytes, tree_growth_root(&grown).bytes, DIGEST_SIZE) == 0);
}

static void flip(struct bytes *bytes, size_t bit)
{
    uint8_t *copy = arena_take(arena, bytes->size);

    memcpy(copy, bytes->data, bytes->size);
    copy[bit / 8 % bytes->size] ^= (uint8_t)(1 << bit % 8);
    *bytes = (struct bytes){copy, bytes->size};
}

static void whatever_a_leader_changes_is_found(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t bit = i; bit < 4000; bit += 397) {
            struct stored_event whole = events[i];

            flip(&events[i].entry, bit);
            expect(!is_proved());
            events[i] = whole;
            flip(&events[i].body, bit);
            expect(!is_decoded());
            events[i] = whole;
        }
    }
    flip(&range.path, 100);
    expect(!is_proved());
}

static void what_is_left_out_put_first_or_told_twice_is_found(void)
{
    struct stored_event first = events[0];

    events[0] = events[1];
    expect(!is_proved()); /* twice */
    events[1] = first;
    expect(!is_proved()); /* in another order */
    events[1] = events[0];
    events[0] = first;
    count--;
    expect(!is_proved()); /* the last is missing */
    count++;
    range.from++;
    expect(!is_proved()); /* it begins elsewhere */
    range.from--;
    signed_at.root.bytes[5] ^= 1;
    expect(!is_proved()); /* signed was something else */
}

static struct bytes mark_of(uint64_t by)
{
    uint8_t *mark = arena_take(arena, DROPPED_MARK_SIZE);

    for (int i = 0; i < DROPPED_MARK_SIZE; i++)
        mark[i] = (uint8_t)(by >> (56 - 8 * i));
    return (struct bytes){mark, DROPPED_MARK_SIZE};
}

static void a_body_is_missing_only_where_a_later_event_dropped_it(void)
{
    events[2].body = (struct bytes){(const uint8_t *)"", 0};
    expect(!is_decoded());
    events[2].body = mark_of(FROM + 2);
    expect(!is_decoded());
    events[2].body = mark_of(FROM + COUNT + 100); /* it may be still to come */
    expect(is_decoded());
}

static void times_that_do_not_rise_are_found(void)
{
    struct adoption adoption;
    struct error error = {0};
    struct timestamp later = timestamp_plus_us(before(), US_PER_S);

    send_events();
    expect_status(follower_decode(&range, later, arena, &adoption, &error), STATUS_CORRUPT, &error);
    expect_text(text_from(error.code), "evidence_damaged");
}

static void a_stretch_is_bounded(void)
{
    struct adoption adoption;
    struct error error = {0};
    AUTO_BUF copied = {0};
    uint64_t next = FROM;

    for (unsigned i = 0; i < LEDGER_RANGE_MOST; i++)
        given_event(
            ledger, &node_removed_event, make_id(5), make_id(6),
            &(struct node_removed){make_id(5)});
    given_committed(ledger);
    buf_init(&copied, LEDGER_RANGE_ANSWER);
    while (next <= FROM + LEDGER_RANGE_MOST)
        must(
            ledger_copy(
                ledger->log, &next, FROM + LEDGER_RANGE_MOST + 1, SIZE_MAX, &copied, NULL) ==
            STATUS_OK);
    range.events = bytes_copy(arena, buf_bytes(&copied));
    expect_status(
        follower_decode(&range, before(), arena, &adoption, &error), STATUS_CORRUPT, &error);
    expect(text_contains(text_from(error.text), text_lit("more was sent")));
}

static const struct test tests[] = {
    TEST(what_was_signed_is_taken),
    TEST(the_tree_of_a_ledger_is_what_its_leaves_make),
    TEST(whatever_a_leader_changes_is_found),
    TEST(what_is_left_out_put_first_or_told_twice_is_found),
    TEST(a_body_is_missing_only_where_a_later_event_dropped_it),
    TEST(times_that_do_not_rise_are_found),
    TEST(a_stretch_is_bounded),
};
const struct suite test_follower_batch_suite =
    SUITE_WITH("replay/follower_batch", tests, .set_up = set_up, .tear_down = tear_down);
